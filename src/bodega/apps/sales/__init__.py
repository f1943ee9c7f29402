"""Selling: pipelines, stages and deals."""
