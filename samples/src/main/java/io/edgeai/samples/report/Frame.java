package io.edgeai.samples.report;

/** Axes, grid and titles around the plot area of a chart. */
final class Frame {
    static final double WIDTH = 760;
    private static final double TOP = 14;

    private final Svg svg;
    private final Axis x;
    private final Axis y;

    private Frame(Svg svg, Axis x, Axis y) {
        this.svg = svg;
        this.x = x;
        this.y = y;
    }

    /**
     * Draws an empty frame whose axes cover the given ranges.
     *
     * @param above height taken by a legend
     * @param ticksX about how many ticks the horizontal axis has; 0 for none
     */
    static Frame of(Svg svg, double above, double[] rangeX, double[] rangeY, String titleX, String titleY, int ticksX) {
        double top = TOP + above;
        double bottom = svg.height() - (titleX.isEmpty() ? 30 : 48);
        Axis y = Axis.covering(rangeY[0], rangeY[1], (int) Math.max(3, (bottom - top) / 48), bottom, top);
        double widest = y.ticks().stream()
                .mapToDouble(tick -> Svg.textWidth(y.label(tick), 12))
                .max()
                .orElse(20);
        double left = widest + 16 + (titleY.isEmpty() ? 0 : 20);
        double right = svg.width() - 18;
        Axis x = ticksX > 0
                ? Axis.covering(rangeX[0], rangeX[1], ticksX, left, right)
                : new Axis(rangeX[0], rangeX[1], 1, left, right);
        for (double tick : y.ticks()) {
            svg.line(left, y.at(tick), right, y.at(tick), "grid");
            svg.text(left - 8, y.at(tick) + 4, "end", "t soft", y.label(tick));
        }
        if (ticksX > 0) {
            for (double tick : x.ticks()) {
                svg.line(x.at(tick), bottom, x.at(tick), bottom + 4, "axis");
                svg.text(x.at(tick), bottom + 18, "middle", "t soft", x.label(tick));
            }
        }
        svg.line(left, bottom, right, bottom, "axis");
        if (!titleX.isEmpty()) {
            svg.text((left + right) / 2, svg.height() - 8, "middle", "t soft", titleX);
        }
        if (!titleY.isEmpty()) {
            svg.upright(14, (top + bottom) / 2, "t soft", titleY);
        }
        return new Frame(svg, x, y);
    }

    Svg svg() {
        return svg;
    }

    Axis x() {
        return x;
    }

    Axis y() {
        return y;
    }
}
