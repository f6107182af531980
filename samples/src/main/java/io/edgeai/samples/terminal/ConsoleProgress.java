package io.edgeai.samples.terminal;

import io.edgeai.core.concurrent.Progress;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Draws one bar for each phase of long work, or nothing. Used by the one thread that works; closing ends the last bar.
 */
public final class ConsoleProgress implements Progress, AutoCloseable {
    private static final int WIDTH = 80;

    private final @Nullable PrintStream stream;
    private String phase = "";
    private @Nullable ProgressBar bar;

    private ConsoleProgress(@Nullable PrintStream stream) {
        this.stream = stream;
    }

    static ConsoleProgress drawing(PrintStream stream) {
        return new ConsoleProgress(stream);
    }

    static ConsoleProgress silent() {
        return new ConsoleProgress(null);
    }

    @Override
    public void update(String newPhase, long done, long total) {
        if (stream == null) {
            return;
        }
        ProgressBar current = bar;
        if (current == null || !newPhase.equals(phase)) {
            close();
            phase = newPhase;
            current = new ProgressBarBuilder()
                    .setTaskName(newPhase)
                    .setInitialMax(total > 0 ? total : -1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(stream, WIDTH))
                    .build();
            bar = current;
        }
        if (total > 0) {
            current.maxHint(total);
        }
        current.stepTo(done);
    }

    /** Ends the bar in progress; a later phase begins another. */
    public void done() {
        close();
    }

    /** Ends the bar in progress. Closing twice does nothing. */
    @Override
    public void close() {
        ProgressBar current = bar;
        bar = null;
        if (current != null) {
            current.close();
        }
    }
}
