"""What is done in schools and in weeks of action: sessions, reach, activities. No pupil."""
