"""What people see of the marks: feedback for students, the report and exports for instructors."""
