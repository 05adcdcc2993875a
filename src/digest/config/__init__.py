"""config.toml and issue files → checked settings of the stages."""
