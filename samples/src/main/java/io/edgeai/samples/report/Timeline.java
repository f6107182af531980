package io.edgeai.samples.report;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/** Lanes over a common time axis, with spans that last and events that happen. */
public final class Timeline implements Chart {
    private final String titleX;
    private final List<String> lanes = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();

    private Timeline(String titleX) {
        this.titleX = titleX;
    }

    public static Timeline of(String titleX) {
        return new Timeline(titleX);
    }

    /** Something that lasts, in a lane that begins to exist with its first use. */
    public Timeline span(String lane, double from, double to, String text, int colour) {
        if (!(to >= from)) {
            throw new InvalidInputException("Span (" + text + ") ends at (" + to + ") before it begins: " + from + ".");
        }
        spans.add(new Span(lane(lane), from, to, text, colour));
        return this;
    }

    /** Something that happens at one moment. */
    public Timeline event(String lane, double at, String text, int colour) {
        spans.add(new Span(lane(lane), at, Double.NaN, text, colour));
        return this;
    }

    private int lane(String name) {
        int at = lanes.indexOf(name);
        if (at < 0) {
            lanes.add(name);
            at = lanes.size() - 1;
        }
        return at;
    }

    @Override
    public String svg(String label) {
        double laneHeight = 40;
        double left =
                lanes.stream().mapToDouble(l -> Svg.textWidth(l, 12.5)).max().orElse(0) + 20;
        Svg svg = new Svg(Frame.WIDTH, 12 + laneHeight * lanes.size() + 46);
        double bottom = 10 + laneHeight * lanes.size();
        double[] range = LineChart.range(spans.stream()
                .flatMapToDouble(s -> java.util.stream.DoubleStream.of(s.from, Double.isNaN(s.to) ? s.from : s.to)));
        Axis axis = Axis.covering(range[0], range[1], 8, left, svg.width() - 20);
        for (double tick : axis.ticks()) {
            svg.line(axis.at(tick), 8, axis.at(tick), bottom, "grid");
            svg.text(axis.at(tick), bottom + 18, "middle", "t soft", axis.label(tick));
        }
        for (int l = 0; l < lanes.size(); l++) {
            double middle = 10 + laneHeight * (l + 0.5);
            svg.text(left - 10, middle + 4, "end", "t ink", lanes.get(l));
            svg.line(left, 10 + laneHeight * (l + 1), svg.width() - 20, 10 + laneHeight * (l + 1), "grid");
        }
        for (Span span : spans) {
            double middle = 10 + laneHeight * (span.lane + 0.5);
            double x = axis.at(span.from);
            String colour = "c" + Math.floorMod(span.colour, 8);
            if (Double.isNaN(span.to)) {
                boolean right = x + 12 + Svg.textWidth(span.text, 12) < svg.width() - 20;
                svg.circle(x, middle, 6, "dot " + colour, span.text + " at " + Markup.number(span.from));
                svg.text(x + (right ? 10 : -10), middle + 4, right ? "start" : "end", "n ink", span.text);
            } else {
                double width = Math.max(2, axis.at(span.to) - x);
                svg.rect(
                        x,
                        middle - 12,
                        width,
                        24,
                        4,
                        "soft-fill " + colour,
                        span.text + ": " + Markup.number(span.from) + " to " + Markup.number(span.to));
                boolean inside = Svg.textWidth(span.text, 12) + 10 < width;
                svg.text(inside ? x + 8 : x + width + 6, middle + 4, "start", "n ink", span.text);
            }
        }
        svg.line(left, bottom, svg.width() - 20, bottom, "axis");
        svg.text((left + svg.width() - 20) / 2, svg.height() - 6, "middle", "t soft", titleX);
        return svg.render(label);
    }

    private record Span(int lane, double from, double to, String text, int colour) {}
}
