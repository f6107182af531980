package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session should run requests of named tensors together: learned by trying as {@link BatchCurve} does, for
 * each number of requests, of rows in one and of elements in a row, all rounded up to powers of two. Where one way of asking
 * shows that answers depend on batch-mates, nothing runs together in the other either. Thread-safe.
 */
final class NamedCurve {
    private static final BatchTrial.Effort EFFORT = new BatchTrial.Effort(40, 20_000_000);

    private final InferenceSession session;
    private final BatchCurve samples;
    private final BatchProfile known;
    private final Ticker ticker;
    private final @Nullable NamedRows rows;
    private final Map<Volume, Trials> trials = new ConcurrentHashMap<>();

    /** Sizes as exponents of two. */
    private record Volume(int rows, int elements) {}

    /**
     * @param samples how the same session takes to plain samples
     * @param known of them; holds for requests of one such sample too
     */
    NamedCurve(InferenceSession session, BatchCurve samples, BatchProfile known, Ticker ticker) {
        this.session = session;
        this.samples = samples;
        this.known = known;
        this.ticker = ticker;
        this.rows = NamedRows.of(session.signature());
    }

    /** How requests share a run; null where they cannot, or must not. */
    @Nullable
    NamedRows rows() {
        return samples.dependent() ? null : rows;
    }

    /** Whether to run these as one batch; the first call for a size tries both ways. */
    boolean prefersTogether(NamedMates mates, long deadlineNanos) {
        if (samples.dependent()) {
            return false;
        }
        Trials before = trials(mates.shape(), mates.rows(), mates.size());
        BatchTrial trial = before.of(mates.size());
        if (trial == null) {
            if (mates.same()) {
                return false;
            }
            trial = BatchTrial.of(new BothWays(mates, deadlineNanos), EFFORT, ticker);
            if (trial.dependent()) {
                samples.depends();
            }
            before.keep(mates.size(), trial);
        }
        return trial.pays() && !samples.dependent();
    }

    boolean repaysWaiting(NamedMates mates) {
        return !samples.dependent()
                && trials(mates.shape(), mates.rows(), mates.size()).repayWaiting(mates.size());
    }

    /** Whether one more request like this, besides so many, may be worth waiting for. */
    boolean mayPay(Map<String, Tensor> request, int others) {
        NamedRows form = rows();
        int each = form == null ? 0 : form.rows(request);
        return form != null && each > 0 && trials(form.shape(request), each, 1).mayPay(others + 1);
    }

    /** What so many take together, in nanoseconds; 0 where it was not tried. */
    long expectedNanos(RowShape shape, int ofRows, int requests) {
        BatchTrial trial = trials(shape, ofRows, requests).of(requests);
        return trial == null || trial.failed() ? 0 : trial.together() * requests;
    }

    private Trials trials(RowShape shape, int ofRows, int requests) {
        int rowsEach = Trials.bucket((ofRows + requests - 1) / requests);
        return trials.computeIfAbsent(
                new Volume(rowsEach, Trials.bucket(shape.elements())),
                volume -> new Trials(
                        volume.rows() == 0 && shape.elements() == session.sampleLength()
                                ? known
                                : BatchProfile.UNKNOWN));
    }

    /** The same requests, each alone and all together. */
    private final class BothWays implements BatchTrial.Ways {
        private final NamedMates mates;
        private final long deadlineNanos;
        private final @Nullable Duration deadline;
        private List<Map<String, Tensor>> one = List.of();
        private List<Map<String, Tensor>> all = List.of();

        BothWays(NamedMates mates, long deadlineNanos) {
            this.mates = mates;
            this.deadlineNanos = deadlineNanos;
            this.deadline = SessionModel.duration(deadlineNanos);
        }

        /** The mean: requests may differ in rows. Who waits for a trial must not miss a deadline by it. */
        @Override
        public long alone() {
            long start = ticker.nanos();
            one = new ArrayList<>();
            for (NamedRequest request : mates.requests()) {
                one.add(session.run(request.inputs, deadline));
                if (deadlineNanos != 0 && ticker.nanos() - start > deadlineNanos / 2) {
                    throw new InferenceTimeoutException("A trial took half of the time of those in it.");
                }
            }
            return (ticker.nanos() - start) / mates.size();
        }

        @Override
        public void together() {
            List<Map<String, Tensor>> answers = mates.answers(joined -> session.run(joined, deadline));
            all = answers == null ? List.of() : answers;
        }

        @Override
        public boolean agree() {
            for (int i = 0; i < one.size(); i++) {
                if (!Closeness.close(one.get(i), all.get(i))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int size() {
            return mates.size();
        }
    }
}
