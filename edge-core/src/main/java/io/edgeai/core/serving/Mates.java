package io.edgeai.core.serving;

import java.util.List;

/** Requests that can share a run of one model. */
sealed interface Mates permits SampleMates, NamedMates, Mates.Lone {
    List<? extends Request<?>> requests();

    default int size() {
        return requests().size();
    }

    /**
     * Whether one run of all is better than one for each; the first time it is tried.
     *
     * @param shortest nanoseconds that the most hasty of them leaves, 0 for no limit
     * @param longest nanoseconds that the most patient of them leaves, 0 for no limit
     */
    boolean prefer(long shortest, long longest);

    /** Runs and completes all; false where the model cannot run now. */
    boolean runOn(Runner.Model model, long nanos);

    /** Whether so many blocking callers should wait for each other; see {@link Trials#repayWaiting}. */
    boolean repayWaiting();

    /** A request that shares a run with nobody. */
    record Lone(List<Request<?>> requests) implements Mates {
        Lone(Request<?> request) {
            this(List.of(request));
        }

        @Override
        public boolean prefer(long shortest, long longest) {
            return false;
        }

        @Override
        public boolean runOn(Runner.Model model, long nanos) {
            return false;
        }

        @Override
        public boolean repayWaiting() {
            return false;
        }
    }
}
