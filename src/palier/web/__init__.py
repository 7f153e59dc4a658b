"""The pages' common ground: theme, frames, components, tables and their exports. It holds no business rule."""
