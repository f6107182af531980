package io.edgeai.samples.report;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Lines over a common axis, each with an optional band, with marks at moments and limits. Values that are NaN are gaps. */
public final class LineChart implements Chart {
    private final String titleX;
    private final String titleY;
    private final List<Line> lines = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Mark> limits = new ArrayList<>();
    private boolean fromZero;

    private LineChart(String titleX, String titleY) {
        this.titleX = titleX;
        this.titleY = titleY;
    }

    public static LineChart of(String titleX, String titleY) {
        return new LineChart(titleX, titleY);
    }

    /** Adds a line through points; both arrays are equally long. */
    public LineChart line(String name, double[] x, double[] y) {
        lines.add(new Line(name, x, y, null, null));
        return this;
    }

    /** Adds a line with a band from {@code low} to {@code high} around it. */
    public LineChart line(String name, double[] x, double[] y, double[] low, double[] high) {
        lines.add(new Line(name, x, y, low, high));
        return this;
    }

    /** Marks a moment with a vertical line and a text. */
    public LineChart mark(double x, String text) {
        marks.add(new Mark(x, text));
        return this;
    }

    /** Marks a level with a horizontal dashed line and a text. */
    public LineChart limit(double y, String text) {
        limits.add(new Mark(y, text));
        return this;
    }

    /** Makes the vertical axis begin at 0. */
    public LineChart fromZero() {
        fromZero = true;
        return this;
    }

    @Override
    public String svg(String label) {
        Svg svg = new Svg(Frame.WIDTH, 330);
        double above = lines.size() > 1
                ? svg.legend(8, 16, lines.stream().map(line -> line.name).toList())
                : 0;
        above += marks.isEmpty() ? 0 : 18;
        double[] x = range(DoubleStream.concat(
                lines.stream().flatMapToDouble(line -> Arrays.stream(line.x)),
                marks.stream().mapToDouble(mark -> mark.at)));
        double[] y = range(DoubleStream.concat(
                lines.stream().flatMapToDouble(Line::all), limits.stream().mapToDouble(mark -> mark.at)));
        y[0] = fromZero ? Math.min(0, y[0]) : y[0];
        Frame frame = Frame.of(svg, above, x, y, titleX, titleY, ticks(x));
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.low != null && line.high != null) {
                svg.area(line.band(frame, line.low, line.high), "band c" + i % 8);
            }
        }
        for (Mark mark : limits) {
            svg.line(
                    frame.x().from(),
                    frame.y().at(mark.at),
                    frame.x().to(),
                    frame.y().at(mark.at),
                    "limit");
            svg.text(frame.x().to(), frame.y().at(mark.at) - 5, "end", "t soft", mark.text);
        }
        double lastEnd = Double.NEGATIVE_INFINITY;
        int row = 0;
        for (Mark mark : marks) {
            double at = frame.x().at(mark.at);
            row = at < lastEnd ? row + 1 : 0;
            double top = frame.y().to();
            svg.line(at, top - 4, at, frame.y().from(), "mark");
            boolean right = at + Svg.textWidth(mark.text, 12) < frame.x().to();
            svg.text(at + (right ? 4 : -4), top - 6 + 15 * row, right ? "start" : "end", "t event", mark.text);
            lastEnd = at + Svg.textWidth(mark.text, 12) + 8;
        }
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            svg.path(line.points(frame), "line c" + i % 8);
            if (line.x.length <= 40) {
                for (int p = 0; p < line.x.length; p++) {
                    if (!Double.isNaN(line.y[p])) {
                        svg.circle(
                                frame.x().at(line.x[p]),
                                frame.y().at(line.y[p]),
                                3,
                                "f c" + i % 8,
                                line.name + ": " + Markup.number(line.y[p]) + " at " + Markup.number(line.x[p]));
                    }
                }
            }
        }
        return svg.render(label);
    }

    /** About eight, but none between whole numbers where a line is over whole numbers, such as epochs. */
    private int ticks(double[] x) {
        boolean whole =
                lines.stream().flatMapToDouble(line -> Arrays.stream(line.x)).allMatch(at -> at == Math.rint(at));
        return whole ? (int) Math.max(1, Math.min(8, x[1] - x[0])) : 8;
    }

    static double[] range(DoubleStream values) {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        values.filter(Double::isFinite).forEach(value -> {
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        });
        return range;
    }

    private record Mark(double at, String text) {}

    private static final class Line {
        private final String name;
        private final double[] x;
        private final double[] y;
        private final double @Nullable [] low;
        private final double @Nullable [] high;

        Line(String name, double[] x, double[] y, double @Nullable [] low, double @Nullable [] high) {
            if (x.length != y.length
                    || (low != null && low.length != x.length)
                    || (high != null && high.length != x.length)) {
                throw new InvalidInputException(
                        "Line (" + name + ") has (" + x.length + ") x values and another number of y values.");
            }
            this.name = name;
            this.x = x.clone();
            this.y = y.clone();
            this.low = low == null ? null : low.clone();
            this.high = high == null ? null : high.clone();
        }

        DoubleStream all() {
            DoubleStream values = Arrays.stream(y);
            return low == null || high == null
                    ? values
                    : DoubleStream.concat(values, DoubleStream.concat(Arrays.stream(low), Arrays.stream(high)));
        }

        List<double[]> points(Frame frame) {
            List<double[]> points = new ArrayList<>();
            for (int p = 0; p < x.length; p++) {
                points.add(new double[] {frame.x().at(x[p]), frame.y().at(y[p])});
            }
            return points;
        }

        List<double[]> band(Frame frame, double[] lower, double[] upper) {
            List<double[]> outline = new ArrayList<>();
            for (int p = 0; p < x.length; p++) {
                if (Double.isFinite(lower[p]) && Double.isFinite(upper[p])) {
                    outline.add(new double[] {frame.x().at(x[p]), frame.y().at(upper[p])});
                }
            }
            for (int p = x.length - 1; p >= 0; p--) {
                if (Double.isFinite(lower[p]) && Double.isFinite(upper[p])) {
                    outline.add(new double[] {frame.x().at(x[p]), frame.y().at(lower[p])});
                }
            }
            return outline;
        }
    }
}
