package io.edgeai.optimize;

import static io.edgeai.optimize.ReportPage.escaped;
import static io.edgeai.optimize.ReportPage.format;

import io.edgeai.optimize.fidelity.LayerError;
import java.util.List;

/** The signal to error of each layer as a column, 0 to 75 dB; at most 400 of them. */
final class LayerPlot {
    private static final int WIDTH = 640;
    private static final int MOST_LAYERS = 400;

    private LayerPlot() {}

    static String of(List<LayerError> layers) {
        List<LayerError> shown = layers.subList(0, Math.min(MOST_LAYERS, layers.size()));
        double step = (double) (WIDTH - 60) / shown.size();
        StringBuilder svg = new StringBuilder(
                format("<svg viewBox=\"0 0 %d 190\" role=\"img\" aria-label=\"Error by layer\">", WIDTH));
        for (int db = 0; db <= 60; db += 20) {
            svg.append(format(
                    "<line class=\"grid\" x1=\"40\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/><text x=\"4\" y=\"%d\">%d</text>",
                    WIDTH - 20, 165 - 2 * db, 165 - 2 * db, 169 - 2 * db, db));
        }
        for (int i = 0; i < shown.size(); i++) {
            double height = 2 * Math.max(0, Math.min(75, shown.get(i).sqnrDb()));
            svg.append(format(
                            "<rect class=\"after\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"><title>",
                            40 + i * step, 165 - height, Math.max(0.5, step * 0.8), height))
                    .append(escaped(format(
                            "%s: %.1f dB", shown.get(i).value(), shown.get(i).sqnrDb())))
                    .append("</title></rect>");
        }
        return svg.append("</svg>").toString();
    }
}
