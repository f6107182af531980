package io.edgeai.optimize.partition;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
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
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds where to cut a network between a device, an edge site and a cloud (after Neurosurgeon, Kang et al., ASPLOS 2017):
 * nodes are timed here, every cut is priced with the tiers' speeds and the links' bandwidth and latency, from everything
 * on the device to everything remote, with values sent as they are or as 8-bit levels. Thread-safe.
 */
public final class TierPlanner {
    private static final int MOST_CHOICES = 1_000_000;
    private static final int ROUNDS = 9;
    private static final int SCALE_AND_ZERO = 5;

    private final InferenceRuntime runtime;
    private final List<Tier> tiers;
    private final List<Link> links;
    private final boolean compress;
    private final boolean returned;
    private final SessionOptions options;

    private TierPlanner(Builder builder) {
        this.runtime = Objects.requireNonNullElseGet(
                builder.runtime, () -> Engines.discover().forFormat(ModelFormat.ONNX));
        this.tiers = List.copyOf(builder.tiers);
        this.links = List.copyOf(builder.links);
        this.compress = builder.compress;
        this.returned = builder.returned;
        this.options = builder.options;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Prices every cut of a network.
     *
     * @param graph the network; left as it is
     * @param sample an input of the size it will see, which the first tier has
     * @throws InvalidInputException where there are more than a million ways to cut it
     */
    public TierPlan plan(OnnxGraph graph, Map<String, Tensor> sample) {
        NodeChain chain = new NodeChain(graph);
        SessionOptions one = options.slots(1);
        NodeProfile profile = runtime instanceof ProfilingRuntime found
                ? NodeProfile.ofMerged(found, chain, one, sample)
                : NodeProfile.ofCosts(chain, sample);
        Set<String> candidates = new LinkedHashSet<>();
        for (int place = 1; place < chain.size(); place++) {
            candidates.addAll(chain.crossing(place));
        }
        candidates.removeAll(profile.merged());
        graph.outputs().stream()
                .map(OnnxValue::name)
                .filter(chain.varying()::contains)
                .forEach(candidates::add);
        ObservedValues values = ObservedValues.of(runtime, graph, one.optimize(false), sample, candidates);
        return plan(chain, scaled(profile.micros(), graph, one, sample), values);
    }

    /** Nodes' times, scaled so that together they take what the whole network takes. */
    private double[] scaled(double[] micros, OnnxGraph graph, SessionOptions one, Map<String, Tensor> sample) {
        try (InferenceSession whole = runtime.open(OnnxWriter.toBytes(graph), one)) {
            double all = new StageTimer(Ticker.threadCpu(), Progress.NONE)
                    .micros(List.of(whole), List.of(sample), ROUNDS)[0];
            double sum = Arrays.stream(micros).sum();
            return Arrays.stream(micros)
                    .map(time -> sum > 0 ? time * all / sum : all / micros.length)
                    .toArray();
        }
    }

    /** As {@link #plan(OnnxGraph, Map)} with times and sizes known. */
    TierPlan plan(NodeChain chain, double[] micros, ObservedValues values) {
        List<Integer> places = new ArrayList<>(List.of(0));
        for (int place = 1; place < chain.size(); place++) {
            if (!chain.crossing(place).isEmpty() && values.bytes().keySet().containsAll(chain.crossing(place))) {
                places.add(place);
            }
        }
        places.add(chain.size());
        double ways = 1;
        for (int i = 0; i < links.size(); i++) {
            ways = ways * (places.size() + i) / (i + 1);
        }
        if (ways > MOST_CHOICES) {
            throw new InvalidInputException("Network (" + chain.graph().name() + ") can be dealt out in (" + ways
                    + ") ways, more than " + MOST_CHOICES + ". Maybe use fewer tiers.");
        }
        List<TierChoice> choices = new ArrayList<>();
        Pricing pricing = new Pricing(chain, micros, values);
        each(places, 0, new ArrayList<>(), cuts -> {
            choices.add(pricing.price(cuts, false));
            if (compress && pricing.compressible(cuts)) {
                choices.add(pricing.price(cuts, true));
            }
        });
        choices.sort(Comparator.comparingDouble(TierChoice::totalMicros));
        return new TierPlan(chain, values, tiers, choices);
    }

    private void each(
            List<Integer> places, int from, List<Integer> cuts, java.util.function.Consumer<List<Integer>> use) {
        if (cuts.size() == links.size()) {
            use.accept(List.copyOf(cuts));
            return;
        }
        for (int i = from; i < places.size(); i++) {
            cuts.add(places.get(i));
            each(places, i, cuts, use);
            cuts.remove(cuts.size() - 1);
        }
    }

    /** What a choice takes. */
    private final class Pricing {
        private final NodeChain chain;
        private final ObservedValues values;
        private final double[] sums;
        private final Map<String, Integer> born = new HashMap<>();
        private final Set<String> packable = new HashSet<>();

        Pricing(NodeChain chain, double[] micros, ObservedValues values) {
            this.chain = chain;
            this.values = values;
            this.sums = new double[micros.length + 1];
            for (int i = 0; i < micros.length; i++) {
                sums[i + 1] = sums[i] + micros[i];
                for (String output : chain.node(i).outputs()) {
                    born.put(output, i);
                }
            }
            born.keySet().stream()
                    .filter(value -> CompressedEnds.compressible(value, chain, values))
                    .forEach(packable::add);
        }

        boolean compressible(List<Integer> cuts) {
            return chain.graph().info().opset() >= CompressedEnds.OPSET
                    && cuts.stream()
                            .flatMap(cut -> chain.crossing(cut).stream())
                            .anyMatch(packable::contains);
        }

        TierChoice price(List<Integer> cuts, boolean packed) {
            List<Double> compute = new ArrayList<>();
            List<Double> send = new ArrayList<>();
            List<Long> sent = new ArrayList<>();
            List<List<String>> crossing = new ArrayList<>();
            double back = 0;
            int from = 0;
            for (int tier = 0; tier < tiers.size(); tier++) {
                int to = tier < cuts.size() ? cuts.get(tier) : chain.size();
                compute.add((sums[to] - sums[from]) * tiers.get(tier).slowdown());
                from = to;
                if (tier < cuts.size()) {
                    Set<String> over = over(to);
                    long bytes = over.stream()
                            .mapToLong(value -> bytes(value, packed))
                            .sum();
                    sent.add(bytes);
                    send.add(to == chain.size() ? 0 : links.get(tier).micros(bytes));
                    crossing.add(List.copyOf(over));
                    back += returned && to < chain.size() ? links.get(tier).micros(answer(to)) : 0;
                }
            }
            return new TierChoice(cuts, packed, compute, send, back, sent, crossing);
        }

        /** What crosses a position; before the first node those are the inputs. */
        private Set<String> over(int position) {
            if (position > 0) {
                return position == chain.size() ? Set.of() : chain.crossing(position);
            }
            Set<String> fed = new LinkedHashSet<>();
            chain.graph().feeds().forEach(feed -> fed.add(feed.name()));
            return fed;
        }

        private long bytes(String value, boolean packed) {
            long bytes = values.bytes().getOrDefault(value, 0L);
            return packed && packable.contains(value) ? bytes / 4 + SCALE_AND_ZERO : bytes;
        }

        /** Bytes of outputs that are made behind a position. */
        private long answer(int position) {
            Set<String> made = new HashSet<>();
            chain.graph().outputs().forEach(output -> made.add(output.name()));
            return made.stream()
                    .filter(output -> born.getOrDefault(output, -1) >= position)
                    .mapToLong(output -> values.bytes().getOrDefault(output, 0L))
                    .sum();
        }
    }

    /** Settings of a {@link TierPlanner}: transfer as is or compressed, the answer comes back to the first tier. */
    public static final class Builder {
        private @Nullable InferenceRuntime runtime;
        private final List<Tier> tiers = new ArrayList<>();
        private final List<Link> links = new ArrayList<>();
        private boolean compress = true;
        private boolean returned = true;
        private SessionOptions options = SessionOptions.defaults();

        private Builder() {}

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** Adds a tier behind those added so far; the first one has the input. */
        public Builder tier(String name, double slowdown) {
            tiers.add(new Tier(name, slowdown));
            return this;
        }

        /** Adds the link between the tier added last and the next. */
        public Builder link(Link link) {
            links.add(link);
            return this;
        }

        /** Whether to price cuts whose FLOAT values cross as 8-bit levels too; default true. */
        public Builder compress(boolean alsoPacked) {
            this.compress = alsoPacked;
            return this;
        }

        /** Whether the first tier needs the answer; default true. */
        public Builder returned(boolean toFirst) {
            this.returned = toFirst;
            return this;
        }

        public Builder options(SessionOptions session) {
            this.options = session;
            return this;
        }

        /** @throws InvalidInputException for fewer than two tiers, or not one link between each two */
        public TierPlanner build() {
            if (tiers.size() < 2 || links.size() != tiers.size() - 1) {
                throw new InvalidInputException("There are (" + tiers.size() + ") tiers and (" + links.size()
                        + ") links. Maybe add tier, link, tier: at least two tiers and a link between each two.");
            }
            return new TierPlanner(this);
        }
    }
}
