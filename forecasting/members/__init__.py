"""The forecasters, one file each, behind one interface."""
