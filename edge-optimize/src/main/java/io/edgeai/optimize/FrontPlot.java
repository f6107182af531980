package io.edgeai.optimize;

import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Candidates as points, size to the right and speed upwards, and the front between them as a line. */
final class FrontPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 300;
    private static final int LEFT = 50;
    private static final int RIGHT = 20;
    private static final int TOP = 15;
    private static final int BOTTOM = 40;
    private static final double LETTER = 6.6;
    private static final double LINE = 14;

    private final StringBuilder svg = new StringBuilder();
    private final List<Label> labels = new ArrayList<>();
    private final double mostSize;
    private final double mostSpeed;

    private FrontPlot(List<Trial> measured) {
        double size = 1;
        double speed = 1;
        for (Trial trial : measured) {
            Figures figures = trial.figures();
            if (figures != null) {
                size = Math.max(size, figures.sizeShare());
                speed = Double.isNaN(figures.speedup()) ? speed : Math.max(speed, figures.speedup());
            }
        }
        mostSize = 1.05 * size;
        mostSpeed = 1.1 * speed;
    }

    static String of(List<Trial> measured, List<Trial> front) {
        return new FrontPlot(measured).draw(measured, front);
    }

    private String draw(List<Trial> measured, List<Trial> front) {
        append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Size and speed of the candidates\">",
                WIDTH, HEIGHT);
        for (int quarter = 0; quarter <= 4; quarter++) {
            double x = x(quarter / 4.0);
            append("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP, HEIGHT - BOTTOM);
            append("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %%</text>", x, HEIGHT - 22, 25 * quarter);
        }
        double step = mostSpeed > 8 ? 2 : mostSpeed > 3 ? 1 : 0.5;
        for (double speed = 0; speed <= mostSpeed; speed += step) {
            double y = y(speed);
            append("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y);
            append("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f×</text>", LEFT - 6, y + 4, speed);
        }
        append("<text x=\"%d\" y=\"%d\">size of the file, original = 100 %%</text>", LEFT, HEIGHT - 4);
        line(front);
        point(1, 1, "before", "original", "original");
        for (Trial trial : measured) {
            Figures figures = trial.figures();
            if (figures != null && !Double.isNaN(figures.speedup())) {
                String kind =
                        switch (trial.outcome()) {
                            case KEPT -> "won";
                            case PASSED -> "passed";
                            case REFUSED -> "refused";
                        };
                point(
                        figures.sizeShare(),
                        figures.speedup(),
                        kind,
                        trial.name(),
                        trial.name() + ": " + trial.verdict());
            }
        }
        return svg.append("</svg>").toString();
    }

    private void line(List<Trial> front) {
        StringBuilder points = new StringBuilder();
        for (Trial trial : front) {
            Figures figures = trial.figures();
            if (figures != null && !Double.isNaN(figures.speedup())) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(figures.sizeShare()), y(figures.speedup())));
            }
        }
        append("<polyline points=\"%s\" class=\"front\"/>", points.toString().trim());
    }

    private void point(double size, double speed, String kind, String label, String title) {
        boolean right = x(size) > WIDTH * 0.6;
        append("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" class=\"%s\"><title>", x(size), y(speed), kind);
        svg.append(ReportPage.escaped(title)).append("</title></circle>");
        double width = label.length() * LETTER;
        double from = x(size) + (right ? -10 - width : 10);
        append(
                "<text x=\"%.1f\" y=\"%.1f\"%s>",
                x(size) + (right ? -10 : 10),
                free(from, from + width, y(speed) - 7),
                right ? " text-anchor=\"end\"" : "");
        svg.append(ReportPage.escaped(label)).append("</text>");
    }

    /** The nearest line at or below the one wished for where a label covers no other. */
    private double free(double from, double to, double wished) {
        double line = wished;
        for (int i = 0; i < labels.size(); i++) {
            Label other = labels.get(i);
            if (from < other.to() && other.from() < to && Math.abs(line - other.line()) < LINE) {
                line = other.line() + LINE;
                i = -1;
            }
        }
        labels.add(new Label(from, to, line));
        return line;
    }

    private record Label(double from, double to, double line) {}

    private double x(double size) {
        return LEFT + size / mostSize * (WIDTH - LEFT - RIGHT);
    }

    private double y(double speed) {
        return HEIGHT - BOTTOM - speed / mostSpeed * (HEIGHT - TOP - BOTTOM);
    }

    private void append(String pattern, Object... values) {
        svg.append(String.format(Locale.ROOT, pattern, values));
    }
}
