package io.edgeai.monitor.series;

import io.edgeai.monitor.window.Tier;
import java.util.List;
import java.util.Optional;

/** A series of the host's that a monitor watches. Thread-safe. */
public interface WatchedSeries {
    /** What it is called. */
    String name();

    /** What its values are; empty where nothing was said. */
    String unit();

    /** Records a value now; what is not finite is left out and counted in {@link #refused}. Takes some ten nanoseconds. */
    void record(double value);

    /** How many values were not finite. */
    long refused();

    /** Closed windows of a tier, oldest first; of an earlier run too where there is a history. */
    List<SeriesWindow> windows(Tier tier);

    /** The newest window of the monitor's length that has a value. */
    Optional<SeriesWindow> newest();

    /** How unusual that window was, 0 to 1; 0.5 or more is an alert. */
    double score();
}
