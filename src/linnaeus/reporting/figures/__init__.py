"""Every drawing of ours, once: `draw(facts…, say, palette)` is a matplotlib figure; `style` makes SVG or PNG of it."""
