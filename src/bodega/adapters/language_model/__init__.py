"""A language model, by the protocol that most of them speak (chat completions). Off, unless settings name one."""
