package io.edgeai.samples.report;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bars from zero, one group for each category and one bar in it for each series; values are written at the bars. */
public final class BarChart implements Chart {
    private final String unit;
    private final List<String> series;
    private final List<String> categories = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();
    private boolean horizontal;

    private BarChart(String unit, List<String> series) {
        this.unit = unit;
        this.series = series;
    }

    /** A chart with a title for its axis of values and one name for each bar of a group. */
    public static BarChart of(String unit, String... series) {
        return new BarChart(unit, List.of(series));
    }

    /** Adds a group with one value for each series; NaN leaves a bar out. */
    public BarChart group(String category, double... bars) {
        if (bars.length != series.size()) {
            throw new InvalidInputException(
                    "Group (" + category + ") has (" + bars.length + ") values for " + series.size() + " series.");
        }
        categories.add(category);
        values.add(bars.clone());
        return this;
    }

    /** Lays the bars on their side, for long names. */
    public BarChart horizontal() {
        horizontal = true;
        return this;
    }

    @Override
    public String svg(String label) {
        return horizontal ? lying(label) : standing(label);
    }

    private double[] range() {
        double[] range = LineChart.range(values.stream().flatMapToDouble(Arrays::stream));
        return new double[] {Math.min(0, range[0]), Math.max(0, range[1])};
    }

    private String standing(String label) {
        Svg svg = new Svg(Frame.WIDTH, 320);
        double above = series.size() > 1 ? svg.legend(8, 16, series) : 0;
        Frame frame = Frame.of(svg, above, new double[] {0, categories.size()}, range(), "", unit, 0);
        double slot = (frame.x().to() - frame.x().from()) / Math.max(1, categories.size());
        double bar = Math.min(64, slot * 0.74 / series.size());
        double zero = frame.y().at(0);
        boolean written = bar > 26 || categories.size() * series.size() <= 12;
        for (int c = 0; c < categories.size(); c++) {
            double middle = frame.x().from() + slot * (c + 0.5);
            for (int s = 0; s < series.size(); s++) {
                double value = values.get(c)[s];
                if (Double.isNaN(value)) {
                    continue;
                }
                double x = middle + (s - series.size() / 2.0) * bar;
                double y = frame.y().at(value);
                svg.rect(x + 1, Math.min(y, zero), bar - 2, Math.abs(zero - y), 2, "f c" + s % 8, tip(c, s));
                if (written) {
                    svg.text(x + bar / 2, Math.min(y, zero) - 5, "middle", "n ink", Markup.number(value));
                }
            }
            int most = (int) Math.max(4, slot / 7);
            String name = categories.get(c);
            svg.text(
                    middle,
                    frame.y().from() + 18,
                    "middle",
                    "t soft",
                    name.length() > most ? name.substring(0, most - 1) + "…" : name);
        }
        return svg.render(label);
    }

    private String lying(String label) {
        double bar = series.size() == 1 ? 20 : 15;
        double slot = bar * series.size() + 12;
        double widest = categories.stream()
                .mapToDouble(name -> Svg.textWidth(name, 12.5))
                .max()
                .orElse(0);
        double left = Math.min(300, widest + 18);
        double above = series.size() > 1 ? 24 : 0;
        Svg svg = new Svg(Frame.WIDTH, above + 10 + slot * categories.size() + 46);
        if (series.size() > 1) {
            svg.legend(8, 16, series);
        }
        double top = above + 8;
        double bottom = top + slot * categories.size();
        double[] range = range();
        Axis axis = Axis.covering(range[0], range[1], 6, left, svg.width() - 70);
        for (double tick : axis.ticks()) {
            svg.line(axis.at(tick), top, axis.at(tick), bottom, "grid");
            svg.text(axis.at(tick), bottom + 16, "middle", "t soft", axis.label(tick));
        }
        for (int c = 0; c < categories.size(); c++) {
            double y = top + slot * c + 6;
            svg.text(left - 10, y + bar * series.size() / 2 + 4, "end", "t ink", categories.get(c));
            for (int s = 0; s < series.size(); s++) {
                double value = values.get(c)[s];
                if (!Double.isNaN(value)) {
                    double end = axis.at(value);
                    double zero = axis.at(0);
                    svg.rect(
                            Math.min(zero, end),
                            y + s * bar + 1,
                            Math.abs(end - zero),
                            bar - 2,
                            2,
                            "f c" + s % 8,
                            tip(c, s));
                    svg.text(
                            Math.max(zero, end) + 6, y + s * bar + bar / 2 + 4, "start", "n ink", Markup.number(value));
                }
            }
        }
        svg.line(axis.at(0), top, axis.at(0), bottom, "axis");
        svg.text((axis.from() + axis.to()) / 2, svg.height() - 8, "middle", "t soft", unit);
        return svg.render(label);
    }

    private String tip(int category, int of) {
        return categories.get(category) + (series.size() > 1 ? ", " + series.get(of) : "") + ": "
                + Markup.number(values.get(category)[of]) + " " + unit;
    }
}
