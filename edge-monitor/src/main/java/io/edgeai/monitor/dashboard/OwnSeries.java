package io.edgeai.monitor.dashboard;

import io.edgeai.monitor.series.SeriesWindow;
import java.util.List;

/**
 * A series of the host's as the page shows it.
 *
 * @param name what it is called
 * @param unit behind its values; empty for none
 * @param score of its newest window, 0 to 1; NaN where it is not known
 * @param windows of a tier, oldest first
 */
public record OwnSeries(String name, String unit, double score, List<SeriesWindow> windows) {
    public OwnSeries {
        windows = List.copyOf(windows);
    }
}
