package io.edgeai.monitor.dashboard;

import io.edgeai.monitor.window.WindowSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What one reader has of its curves. Not thread-safe. */
final class Curves {
    private Instant last = Instant.MIN;
    private boolean begun;

    /** The rows that the reader lacks, if any; all of them at the beginning and after a clock went back. */
    Optional<String> fresh(List<WindowSummary> windows) {
        Instant newest = windows.isEmpty()
                ? Instant.MIN
                : windows.get(windows.size() - 1).end();
        if (begun && newest.equals(last)) {
            return Optional.empty();
        }
        boolean whole = !begun || newest.isBefore(last);
        Instant after = whole ? Instant.MIN : last;
        begun = true;
        last = newest;
        return Optional.of(JsonText.of(json -> {
            json.writeStartObject();
            json.writeBooleanField("whole", whole);
            json.writeFieldName("rows");
            SeriesRows.write(json, windows, after);
            json.writeEndObject();
        }));
    }
}
