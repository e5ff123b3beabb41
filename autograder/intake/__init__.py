"""What students handed in: found, unpacked, bounded, made safe."""
