"""`counterfoil demo`: the main job, told as a story on real files and real servers."""
