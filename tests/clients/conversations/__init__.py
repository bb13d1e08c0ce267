"""Conversations of six clients with a scripted model, recorded for people to read."""
