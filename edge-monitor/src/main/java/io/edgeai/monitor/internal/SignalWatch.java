package io.edgeai.monitor.internal;

import io.edgeai.monitor.window.WindowSummary;

/** Follows one signal of one version from window to window. Not thread-safe. */
public interface SignalWatch {
    /** Takes a closed window without a gap and tells how the signal stands now. */
    SignalView update(WindowSummary window);

    /** Takes a window of an earlier run, of any length, for what is usual in the long run only. */
    default void recall(WindowSummary earlier) {}
}
