package io.edgeai.optimize.partition;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits a network into the stages of a pipeline whose slowest stage is as fast as can be. Nodes are profiled, cuts are
 * found by dynamic programming, the stages are run and timed in turns, and where a stage takes another time than its nodes
 * promised, the nodes' times are corrected and the cuts found anew; the best measured split is returned. Stateless apart
 * from its settings; thread-safe.
 */
public final class PipelineSplitter {
    private static final double EVEN = 1.03;
    private static final int FINALISTS = 2;

    private final InferenceRuntime runtime;
    private final int stages;
    private final Kernels kernels;
    private final Link link;
    private final SessionOptions options;
    private final int rounds;
    private final int refinements;
    private final Ticker ticker;
    private final Progress progress;

    private PipelineSplitter(Builder builder) {
        this.runtime = Objects.requireNonNullElseGet(
                builder.runtime, () -> Engines.discover().forFormat(ModelFormat.ONNX));
        this.stages = builder.stages;
        this.kernels = builder.kernels;
        this.link = builder.link;
        this.options = builder.options;
        this.rounds = builder.rounds;
        this.refinements = builder.refinements;
        this.ticker = builder.ticker;
        this.progress = builder.progress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Splits a network.
     *
     * @param graph a self-contained model; left as it is
     * @param samples inputs of the size the pipeline will see; the first is timed, all are compared with the whole network
     * @throws InvalidInputException without samples, where the engine cannot show how it runs the model ({@link Kernels#ENGINE}
     *     needs that), or where the network has fewer places to cut than asked for
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public PipelineSplit split(OnnxGraph graph, List<Map<String, Tensor>> samples) {
        if (samples.isEmpty()) {
            throw new InvalidInputException(
                    "No sample was given (0). Maybe pass one typical input: stages are timed on it.");
        }
        Map<String, Tensor> feed = samples.get(0);
        SessionOptions whole = options.slots(1);
        byte[] model = OnnxWriter.toBytes(graph);
        progress.update("profile", 0, 1);
        NodeChain chain = new NodeChain(kernels == Kernels.ENGINE ? rewritten(graph, model, whole) : graph);
        SessionOptions each = kernels == Kernels.ENGINE ? whole.optimize(false) : whole;
        NodeProfile profile = profile(chain, whole, feed);
        Set<String> candidates = new LinkedHashSet<>();
        for (int place = 1; place < chain.size(); place++) {
            candidates.addAll(chain.crossing(place));
        }
        candidates.removeAll(profile.merged());
        ObservedValues values = ObservedValues.of(runtime, chain.graph(), whole.optimize(false), feed, candidates);
        progress.update("profile", 1, 1);
        List<Integer> places = places(chain, values);
        if (places.size() < stages - 1) {
            throw new InvalidInputException("Network (" + graph.name() + ") can be cut at (" + places.size()
                    + ") places, too few for " + stages + " stages. Maybe ask for fewer.");
        }
        Search search = new Search(chain, values, places, each);
        try (InferenceSession reference = runtime.open(model, whole)) {
            Tried best = search.best(profile.micros(), reference, feed);
            return search.result(
                    best,
                    reference,
                    samples,
                    Arrays.stream(profile.micros()).max().orElse(0));
        }
    }

    private OnnxGraph rewritten(OnnxGraph graph, byte[] model, SessionOptions whole) {
        OnnxGraph rewritten = OnnxReader.read(profiling().rewritten(model, whole));
        Set<String> feeds = new LinkedHashSet<>();
        graph.feeds().forEach(feed -> feeds.add(feed.name()));
        rewritten
                .inputs()
                .removeIf(input -> !feeds.contains(input.name()) // a constant declared as input, folded away
                        && !rewritten.initializers().containsKey(input.name()));
        return rewritten;
    }

    private ProfilingRuntime profiling() {
        if (runtime instanceof ProfilingRuntime found) {
            return found;
        }
        throw new InvalidInputException("Engine (" + runtime.name()
                + ") does not show the graph it runs, which Kernels.ENGINE cuts. Maybe ask for Kernels.PORTABLE.");
    }

    private NodeProfile profile(NodeChain chain, SessionOptions whole, Map<String, Tensor> feed) {
        if (kernels == Kernels.ENGINE) {
            return NodeProfile.ofRewritten(profiling(), chain, whole, feed);
        }
        return runtime instanceof ProfilingRuntime found
                ? NodeProfile.ofMerged(found, chain, whole, feed)
                : NodeProfile.ofCosts(chain, feed);
    }

    /** Where everything that crosses is a tensor that exists while the engine runs the model. */
    private static List<Integer> places(NodeChain chain, ObservedValues values) {
        List<Integer> places = new ArrayList<>();
        for (int place = 1; place < chain.size(); place++) {
            if (!chain.crossing(place).isEmpty() && values.bytes().keySet().containsAll(chain.crossing(place))) {
                places.add(place);
            }
        }
        return places;
    }

    private record Tried(List<Integer> cuts, List<OnnxGraph> parts, List<Double> micros, double wholeMicros) {}

    /** Finds cuts, measures them, learns from it. */
    private final class Search {
        private final NodeChain chain;
        private final ObservedValues values;
        private final List<Integer> places;
        private final SessionOptions each;
        private final double[] transfer;

        Search(NodeChain chain, ObservedValues values, List<Integer> places, SessionOptions each) {
            this.chain = chain;
            this.values = values;
            this.places = places;
            this.each = each;
            this.transfer = new double[chain.size() + 1];
            places.forEach(place -> transfer[place] = link.micros(bytes(place)));
        }

        private long bytes(int place) {
            return chain.crossing(place).stream()
                    .mapToLong(value -> values.bytes().getOrDefault(value, 0L))
                    .sum();
        }

        /** Short measurements until nothing changes or the stages are even, then long ones of the best few. */
        Tried best(double[] micros, InferenceSession reference, Map<String, Tensor> feed) {
            Map<List<Integer>, Tried> seen = new LinkedHashMap<>();
            for (int step = 0; step <= refinements; step++) {
                List<Integer> cuts = BottleneckCuts.of(micros, transfer, places, stages);
                if (seen.containsKey(cuts)) {
                    break;
                }
                Tried tried = measured(cuts, reference, feed, Math.max(3, rounds / 3));
                seen.put(cuts, tried);
                if (slowest(tried) * stages <= EVEN) {
                    break;
                }
                correct(micros, tried);
            }
            return seen.values().stream()
                    .sorted(Comparator.comparingDouble(this::slowest))
                    .limit(FINALISTS)
                    .map(tried -> measured(tried.cuts(), reference, feed, rounds))
                    .min(Comparator.comparingDouble(this::slowest))
                    .orElseThrow();
        }

        /** The slowest stage with what it sends, relative to all stages, so that a busier machine counts for all alike. */
        private double slowest(Tried tried) {
            double sum =
                    tried.micros().stream().mapToDouble(Double::doubleValue).sum();
            double slowest = 0;
            for (int i = 0; i < tried.micros().size(); i++) {
                double sent = i < tried.cuts().size() ? transfer[tried.cuts().get(i)] : 0;
                slowest = Math.max(slowest, tried.micros().get(i) + sent);
            }
            return slowest / sum;
        }

        /** Half way, on a scale of ratios, to what the stages took: a single measurement may be wrong. */
        private void correct(double[] micros, Tried tried) {
            int from = 0;
            for (int stage = 0; stage < tried.micros().size(); stage++) {
                int to = stage < tried.cuts().size() ? tried.cuts().get(stage) : micros.length;
                double promised = Arrays.stream(micros, from, to).sum();
                double factor = Math.sqrt(tried.micros().get(stage) / Math.max(promised, Double.MIN_NORMAL));
                for (int i = from; i < to; i++) {
                    micros[i] =
                            promised > 0 ? micros[i] * factor : tried.micros().get(stage) / (to - from);
                }
                from = to;
            }
        }

        private Tried measured(List<Integer> cuts, InferenceSession reference, Map<String, Tensor> feed, int howOften) {
            List<OnnxGraph> parts = parts(cuts);
            List<InferenceSession> sessions = new ArrayList<>();
            try {
                parts.forEach(part -> sessions.add(runtime.open(OnnxWriter.toBytes(part), each)));
                List<Map<String, Tensor>> feeds = new ArrayList<>();
                Map<String, Tensor> known = new HashMap<>(feed);
                for (int i = 0; i < sessions.size(); i++) {
                    feeds.add(Feeds.of(parts.get(i), known));
                    known.putAll(sessions.get(i).run(feeds.get(i)));
                }
                List<InferenceSession> timed = new ArrayList<>(sessions);
                timed.add(reference);
                feeds.add(feed);
                double[] micros = new StageTimer(ticker, progress).micros(timed, feeds, howOften);
                return new Tried(
                        cuts,
                        parts,
                        Arrays.stream(micros, 0, parts.size()).boxed().toList(),
                        micros[parts.size()]);
            } finally {
                sessions.forEach(InferenceSession::close);
            }
        }

        private List<OnnxGraph> parts(List<Integer> cuts) {
            List<OnnxGraph> parts = new ArrayList<>();
            int from = 0;
            for (int i = 0; i <= cuts.size(); i++) {
                int to = i < cuts.size() ? cuts.get(i) : chain.size();
                parts.add(chain.part(from, to, values.types(), chain.graph().name() + "_stage" + i));
                from = to;
            }
            return parts;
        }

        PipelineSplit result(
                Tried tried, InferenceSession reference, List<Map<String, Tensor>> samples, double largestNode) {
            List<PipelineStage> made = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < tried.parts().size(); i++) {
                OnnxGraph part = tried.parts().get(i);
                int to = i < tried.cuts().size() ? tried.cuts().get(i) : chain.size();
                made.add(new PipelineStage(
                        part,
                        part.feeds().stream().map(OnnxValue::name).toList(),
                        part.outputs().stream().map(OnnxValue::name).toList(),
                        to - from,
                        tried.micros().get(i),
                        to == chain.size() ? 0 : bytes(to)));
                from = to;
            }
            List<String> outputs =
                    chain.graph().outputs().stream().map(OnnxValue::name).toList();
            PipelineSplit split =
                    new PipelineSplit(made, outputs, kernels, each, true, 0, tried.wholeMicros(), largestNode);
            boolean exact = true;
            double difference = 0;
            try (StagedSession staged = split.open(runtime)) {
                for (Map<String, Tensor> sample : samples) {
                    Map<String, Tensor> expected = reference.run(sample);
                    Map<String, Tensor> used = new HashMap<>(sample);
                    used.keySet()
                            .retainAll(staged.signature().inputs().stream()
                                    .map(TensorSpec::name)
                                    .toList());
                    Map<String, Tensor> actual = staged.run(used);
                    for (String output : outputs) {
                        Tensor one = expected.get(output);
                        Tensor other = actual.get(output);
                        exact &= same(one, other);
                        difference = Math.max(difference, difference(one, other));
                    }
                }
            }
            return new PipelineSplit(made, outputs, kernels, each, exact, difference, tried.wholeMicros(), largestNode);
        }
    }

    private static boolean same(@Nullable Tensor one, @Nullable Tensor other) {
        if (one == null || other == null) {
            return one == other;
        }
        if (one.type() != other.type() || !Arrays.equals(one.shape(), other.shape())) {
            return false;
        }
        return one.type() == ElementType.STRING
                ? Arrays.equals(one.strings(), other.strings())
                : one.buffer().equals(other.buffer());
    }

    private static double difference(@Nullable Tensor one, @Nullable Tensor other) {
        if (one == null || other == null || one.type() != ElementType.FLOAT || other.type() != ElementType.FLOAT) {
            return 0;
        }
        float[] left = one.floats();
        float[] right = other.floats();
        double most = left.length == right.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            if (Float.compare(left[i], right[i]) != 0) {
                double difference = Math.abs((double) left[i] - right[i]);
                most = Math.max(most, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }
        return most;
    }

    /**
     * Settings of a {@link PipelineSplitter}: 2 stages, {@link Kernels#ENGINE}, {@link Link#memory()}, the default session
     * options, 15 rounds, 5 refinements, the best engine found for ONNX.
     */
    public static final class Builder {
        private @Nullable InferenceRuntime runtime;
        private int stages = 2;
        private Kernels kernels = Kernels.ENGINE;
        private Link link = Link.memory();
        private SessionOptions options = SessionOptions.defaults();
        private int rounds = 15;
        private int refinements = 5;
        private Ticker ticker = Ticker.system();
        private Progress progress = Progress.NONE;

        private Builder() {}

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** How many stages, 2 to 64. */
        public Builder stages(int count) {
            this.stages = within("stages", count, 2, 64);
            return this;
        }

        public Builder kernels(Kernels made) {
            this.kernels = made;
            return this;
        }

        /** What lies between two stages; sending counts for the stage that sends. */
        public Builder link(Link between) {
            this.link = between;
            return this;
        }

        /** How the whole network runs; stages run alike. */
        public Builder options(SessionOptions session) {
            this.options = session;
            return this;
        }

        /** Rounds of the last measurement, 1 to 1,000; refinements take a third as many. */
        public Builder rounds(int count) {
            this.rounds = within("rounds", count, 1, 1000);
            return this;
        }

        /** How often to correct the cuts by what stages really took, 0 to 50. */
        public Builder refinements(int count) {
            this.refinements = within("refinements", count, 0, 50);
            return this;
        }

        /** The clock of stages; a clock of processor time helps on a busy machine, if one thread runs each operator. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        public PipelineSplitter build() {
            return new PipelineSplitter(this);
        }

        private static int within(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new InvalidInputException(what + " (" + value + ") must be " + least + " to " + most + ".");
            }
            return value;
        }
    }
}
