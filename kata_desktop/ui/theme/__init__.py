"""The look: colours by role, icons tinted at run time, the palette and the style sheet made of them."""
