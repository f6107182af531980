package io.edgeai.monitor.internal;

import io.edgeai.monitor.window.WindowSummary;

/** Follows one signal of one version from window to window. Not thread-safe. */
public interface SignalWatch {
    /** Takes a closed window without a gap and tells how the signal stands now. */
    SignalView update(WindowSummary window);
}
