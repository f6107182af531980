package io.edgeai.samples.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Points with a name and a group; names are written where there are at most 24 points. */
public final class ScatterChart implements Chart {
    private static final int MOST_NAMED = 24;

    private final String titleX;
    private final String titleY;
    private final List<Point> points = new ArrayList<>();

    private ScatterChart(String titleX, String titleY) {
        this.titleX = titleX;
        this.titleY = titleY;
    }

    public static ScatterChart of(String titleX, String titleY) {
        return new ScatterChart(titleX, titleY);
    }

    public ScatterChart point(String group, String name, double x, double y) {
        points.add(new Point(group, name, x, y));
        return this;
    }

    @Override
    public String svg(String label) {
        Svg svg = new Svg(Frame.WIDTH, 340);
        List<String> groups = new ArrayList<>(
                new LinkedHashSet<>(points.stream().map(Point::group).toList()));
        double above = groups.size() > 1 ? svg.legend(8, 16, groups) : 0;
        Frame frame = Frame.of(
                svg,
                above,
                LineChart.range(points.stream().mapToDouble(Point::x)),
                LineChart.range(points.stream().mapToDouble(Point::y)),
                titleX,
                titleY,
                8);
        for (Point point : points) {
            if (!Double.isFinite(point.x) || !Double.isFinite(point.y)) {
                continue;
            }
            double x = frame.x().at(point.x);
            double y = frame.y().at(point.y);
            svg.circle(
                    x,
                    y,
                    5,
                    "dot c" + groups.indexOf(point.group) % 8,
                    point.name + ": " + Markup.number(point.x) + ", " + Markup.number(point.y));
            if (points.size() <= MOST_NAMED && !point.name.isEmpty()) {
                boolean right =
                        x + 10 + Svg.textWidth(point.name, 11.5) < frame.x().to();
                svg.text(x + (right ? 9 : -9), y + 4, right ? "start" : "end", "n ink", point.name);
            }
        }
        return svg.render(label);
    }

    private record Point(String group, String name, double x, double y) {}
}
