package io.edgeai.monitor.dashboard;

import static io.edgeai.monitor.dashboard.JsonText.number;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.monitor.series.SeriesWindow;
import java.io.IOException;
import java.util.List;

/**
 * The host's series as one JSON text: of each its newest figures and a curve of at most 360 points, epoch seconds and value;
 * null where nothing is known. Several windows of a point are one mean, so a lasting change shows at any range.
 */
final class SeriesJson {
    private static final int MOST_POINTS = 360;

    private SeriesJson() {}

    static String of(List<OwnSeries> all) {
        return JsonText.of(json -> {
            json.writeStartArray();
            for (OwnSeries each : all) {
                series(json, each);
            }
            json.writeEndArray();
        });
    }

    private static void series(JsonGenerator json, OwnSeries series) throws IOException {
        List<SeriesWindow> windows = series.windows();
        json.writeStartObject();
        json.writeStringField("name", series.name());
        json.writeStringField("unit", series.unit());
        number(json, "score", series.score());
        double newest = Double.NaN;
        for (SeriesWindow window : windows) {
            newest = Double.isFinite(window.value()) ? window.value() : newest;
        }
        number(json, "value", newest);
        json.writeArrayFieldStart("points");
        int every = (windows.size() + MOST_POINTS - 1) / MOST_POINTS;
        for (int from = 0; from < windows.size(); from += every) {
            point(json, windows.subList(from, Math.min(windows.size(), from + every)));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void point(JsonGenerator json, List<SeriesWindow> windows) throws IOException {
        json.writeStartArray();
        json.writeNumber(windows.get(windows.size() - 1).end().toEpochMilli() / 1e3);
        number(
                json,
                windows.stream()
                        .filter(window -> !window.gap())
                        .mapToDouble(SeriesWindow::value)
                        .filter(Double::isFinite)
                        .average()
                        .orElse(Double.NaN));
        json.writeEndArray();
    }
}
