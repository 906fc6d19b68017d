//! Compiles rules to what users deploy: ARM, Bicep, Sigma. Templates are data under `templates/`.
