package io.edgeai.optimize.runtime;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.latency.LatencyComparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches ONNX Runtime's options for one model on this machine: threads from 1 to all processors, spinning, branches in
 * parallel, rewriting level; then memory arena and pattern on top of the best. Successive halving (Jamieson and Talwalkar,
 * AISTATS 2016): every candidate runs a few rounds in turns with the default options, the better half runs twice as many.
 * The winner must beat the default in a last paired check, or the default is returned: the result is never worse than the
 * default as far as measured. Candidates whose answers differ are dropped. Thread-safe; one search at a time keeps the
 * measurements clean.
 */
public final class RuntimeTuner {
    private static final int FIRST_ROUNDS = 3;
    private static final double TOLERANCE = 1e-4;

    private final InferenceRuntime runtime;
    private final SessionOptions start;
    private final int mostThreads;
    private final boolean denormals;
    private final Duration budget;
    private final int rounds;
    private final double worthwhile;
    private final Ticker ticker;
    private final Progress progress;

    private RuntimeTuner(Builder builder) {
        this.runtime = Objects.requireNonNullElseGet(
                builder.runtime, () -> Engines.discover().forFormat(ModelFormat.ONNX));
        this.start = builder.start;
        this.mostThreads = builder.mostThreads;
        this.denormals = builder.denormals;
        this.budget = builder.budget;
        this.rounds = builder.rounds;
        this.worthwhile = builder.worthwhile;
        this.ticker = builder.ticker;
        this.progress = builder.progress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tunes a model.
     *
     * @param model a self-contained ONNX model
     * @param feed an input of the size it will see
     * @throws OperationCancelledException where the progress listener says so
     * @throws EdgeException where the model does not run with the default options
     */
    public TuningReport tune(byte[] model, Map<String, Tensor> feed) {
        OnnxGraph graph = OnnxReader.read(model);
        try (Search search = new Search(model, feed)) {
            return search.run(branches(graph));
        }
    }

    /**
     * As {@link #tune}, unless the folder has a report for this model, engine and processor; a new report is kept there,
     * also in place of one that cannot be read.
     *
     * @throws io.edgeai.core.error.StorageException where the folder cannot be read or written
     */
    public TuningReport tuneOrReuse(byte[] model, Map<String, Tensor> feed, Path folder) {
        TuningReports reports = new TuningReports(folder);
        return reports.find(TuningKey.of(model, runtime)).orElseGet(() -> {
            TuningReport report = tune(model, feed);
            reports.keep(report);
            return report;
        });
    }

    /** Whether some value is read by two nodes, so that there is something to run at the same time. */
    private static boolean branches(OnnxGraph graph) {
        for (List<OnnxNode> readers : graph.consumers().values()) {
            if (readers.size() > 1) {
                return true;
            }
        }
        return false;
    }

    /** One search. */
    private final class Search implements AutoCloseable {
        private final byte[] model;
        private final Map<String, Tensor> feed;
        private final InferenceSession baseline;
        private final Map<String, Tensor> expected;
        private final long began = ticker.nanos();
        private final Map<String, TuningTrial> trials = new LinkedHashMap<>();
        private double standardMicros;
        private int standardRounds;

        Search(byte[] model, Map<String, Tensor> feed) {
            this.model = model;
            this.feed = feed;
            this.baseline = runtime.open(model, start);
            try {
                this.expected = baseline.run(feed);
            } catch (RuntimeException e) {
                baseline.close();
                throw e;
            }
        }

        TuningReport run(boolean branches) {
            Candidate standard = new Candidate("default", start);
            @Nullable
            Candidate shape = best(Candidate.shapes(start, mostThreads, branches).stream()
                    .filter(candidate -> !candidate.options().equals(start))
                    .toList());
            Candidate base = shape == null ? new Candidate("", start) : shape;
            @Nullable Candidate detail = best(Candidate.details(base, denormals));
            Candidate winner = better(shape, detail);
            boolean complete = !spent();
            if (winner != null) {
                LatencyComparison proof = measured(winner, rounds);
                if (proof != null && proof.speedup() >= worthwhile) {
                    note(winner, proof, "won");
                    return report(winner.options(), proof.speedup(), proof.lowestRound(), complete);
                }
                if (proof != null) {
                    note(winner, proof, "not faster than the default in the last check");
                }
            }
            trials.put(standard.label(), new TuningTrial("default", start, 1, standardMicros, standardRounds, "won"));
            return report(start, 1, 1, complete);
        }

        private TuningReport report(SessionOptions best, double speedup, double lowest, boolean complete) {
            return new TuningReport(
                    best,
                    Math.max(1, speedup),
                    lowest,
                    List.copyOf(trials.values()),
                    complete,
                    TuningKey.of(model, runtime));
        }

        private @Nullable Candidate better(@Nullable Candidate one, @Nullable Candidate other) {
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            return speedup(other) > speedup(one) ? other : one;
        }

        private double speedup(Candidate candidate) {
            TuningTrial trial = trials.get(candidate.label());
            return trial == null ? 0 : trial.speedup();
        }

        /** The best of some candidates; null where none ran in time. */
        private @Nullable Candidate best(List<Candidate> candidates) {
            List<Candidate> left = new ArrayList<>(candidates);
            for (int howOften = FIRST_ROUNDS; !left.isEmpty(); howOften *= 2) {
                Map<Candidate, Double> scores = new HashMap<>();
                for (int i = 0; i < left.size() && !spent(); i++) {
                    Candidate candidate = left.get(i);
                    LatencyComparison comparison = measured(candidate, howOften);
                    if (comparison != null) {
                        note(candidate, comparison, "dropped after " + howOften + " rounds");
                        scores.put(candidate, comparison.speedup());
                    }
                    progress.update("tune", i + 1, left.size());
                }
                left = scores.keySet().stream()
                        .sorted(Comparator.comparing((Candidate candidate) -> scores.getOrDefault(candidate, 0.0))
                                .reversed()
                                .thenComparing(Candidate::label))
                        .limit(Math.max(1, (left.size() + 1) / 2))
                        .toList();
                if (left.size() <= 1 || spent()) {
                    break;
                }
            }
            return left.isEmpty() ? null : left.get(0);
        }

        private boolean spent() {
            return ticker.nanos() - began >= budget.toNanos();
        }

        private void note(Candidate candidate, LatencyComparison comparison, String outcome) {
            if (comparison.rounds() >= standardRounds) {
                standardMicros = comparison.original().p50Micros();
                standardRounds = comparison.rounds();
            }
            trials.put(
                    candidate.label(),
                    new TuningTrial(
                            candidate.label(),
                            candidate.options(),
                            comparison.speedup(),
                            comparison.derived().p50Micros(),
                            comparison.rounds(),
                            outcome));
        }

        /** In turns with the default options; null where the candidate does not run or answers otherwise. */
        private @Nullable LatencyComparison measured(Candidate candidate, int howOften) {
            if (progress.cancelled()) {
                throw new OperationCancelledException("Tuning was cancelled after (" + trials.size() + ") candidates.");
            }
            try (InferenceSession session = runtime.open(model, candidate.options())) {
                if (!sameAnswers(session.run(feed))) {
                    refuse(candidate, "answers differ by more than " + TOLERANCE);
                    return null;
                }
                return LatencyComparison.measure(baseline, session, feed, howOften, ticker, quiet());
            } catch (OperationCancelledException e) {
                throw e;
            } catch (EdgeException e) {
                refuse(candidate, String.valueOf(e.getMessage()));
                return null;
            }
        }

        private Progress quiet() {
            return new Progress() {
                @Override
                public void update(String phase, long done, long total) {}

                @Override
                public boolean cancelled() {
                    return progress.cancelled();
                }
            };
        }

        private void refuse(Candidate candidate, String why) {
            trials.put(candidate.label(), new TuningTrial(candidate.label(), candidate.options(), 0, 0, 0, why));
        }

        private boolean sameAnswers(Map<String, Tensor> actual) {
            for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
                Tensor one = entry.getValue();
                Tensor other = actual.get(entry.getKey());
                if (other == null
                        || one.type() != other.type()
                        || !Arrays.equals(one.shape(), other.shape())
                        || !sameValues(one, other)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean sameValues(Tensor one, Tensor other) {
            return switch (one.type()) {
                case FLOAT -> close(doubles(one.floats()), doubles(other.floats()));
                case DOUBLE -> close(one.doubles(), other.doubles());
                case STRING -> Arrays.equals(one.strings(), other.strings());
                default -> one.buffer().equals(other.buffer());
            };
        }

        private static boolean close(double[] one, double[] other) {
            double largest = 1e-6;
            for (double value : one) {
                largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
            }
            for (int i = 0; i < one.length; i++) {
                if (!(Math.abs(one[i] - other[i]) <= TOLERANCE * largest) && Double.compare(one[i], other[i]) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static double[] doubles(float[] values) {
            double[] doubles = new double[values.length];
            Arrays.setAll(doubles, i -> values[i]);
            return doubles;
        }

        @Override
        public void close() {
            baseline.close();
        }
    }

    /**
     * Settings of a {@link RuntimeTuner}: from the default session options, all processors, 30 seconds, 15 rounds in the
     * last check, which a winner must pass at 1.02 times the default's speed or more.
     */
    public static final class Builder {
        private @Nullable InferenceRuntime runtime;
        private SessionOptions start = SessionOptions.defaults();
        private int mostThreads = Math.min(1024, Runtime.getRuntime().availableProcessors());
        private boolean denormals;
        private Duration budget = Duration.ofSeconds(30);
        private int rounds = 15;
        private double worthwhile = 1.02;
        private Ticker ticker = Ticker.system();
        private Progress progress = Progress.NONE;

        private Builder() {}

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** Options to compare with and to start from. */
        public Builder start(SessionOptions options) {
            this.start = options;
            return this;
        }

        /** The most threads for one operator, 1 to 1,024: what the service may take of this machine. */
        public Builder mostThreads(int threads) {
            if (threads < 1 || threads > 1024) {
                throw new InvalidInputException("mostThreads (" + threads + ") must be 1 to 1024.");
            }
            this.mostThreads = threads;
            return this;
        }

        /**
         * Whether to try treating denormal numbers as zero; default false, because the engine then sets that on the thread
         * which opens the session, for all its arithmetic.
         */
        public Builder denormals(boolean asZero) {
            this.denormals = asZero;
            return this;
        }

        /** When to stop trying; the last check still runs. */
        public Builder budget(Duration longest) {
            if (longest.isNegative() || longest.isZero()) {
                throw new InvalidInputException("budget (" + longest + ") must be above 0.");
            }
            this.budget = longest;
            return this;
        }

        /** Rounds of the last check, 5 to 1,000. */
        public Builder rounds(int count) {
            if (count < 5 || count > 1000) {
                throw new InvalidInputException("rounds (" + count + ") must be 5 to 1000.");
            }
            this.rounds = count;
            return this;
        }

        /** The speed-up below which the default options stay, 1 to 10. */
        public Builder worthwhile(double speedup) {
            if (!(speedup >= 1 && speedup <= 10)) {
                throw new InvalidInputException("worthwhile (" + speedup + ") must be 1 to 10.");
            }
            this.worthwhile = speedup;
            return this;
        }

        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        public RuntimeTuner build() {
            return new RuntimeTuner(this);
        }
    }
}
