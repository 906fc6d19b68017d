//! A rule repository: its configuration file and the files it is made of.
