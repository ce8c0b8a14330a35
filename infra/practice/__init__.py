"""The practice office: a made-up mini secretariat at Hisar, to learn in and to show what the software does."""
