package io.edgeai.optimize.partition;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All ways to deal a network out to tiers, the fastest first. Immutable as long as nobody changes the graph. */
public final class TierPlan {
    private final NodeChain chain;
    private final ObservedValues values;
    private final List<Tier> tiers;
    private final List<TierChoice> choices;

    TierPlan(NodeChain chain, ObservedValues values, List<Tier> tiers, List<TierChoice> choices) {
        this.chain = chain;
        this.values = values;
        this.tiers = List.copyOf(tiers);
        this.choices = List.copyOf(choices);
    }

    /** The fastest. */
    public TierChoice best() {
        return choices.get(0);
    }

    /** Every choice, the fastest first. */
    public List<TierChoice> choices() {
        return choices;
    }

    /** The choice that runs everything on one tier, uncompressed; 0 is the first. */
    public TierChoice allOn(int tier) {
        if (tier < 0 || tier >= tiers.size()) {
            throw new InvalidInputException("There is no tier (" + tier + "), only 0 to " + (tiers.size() - 1) + ".");
        }
        List<Integer> cuts = new ArrayList<>();
        for (int link = 0; link < tiers.size() - 1; link++) {
            cuts.add(link < tier ? 0 : chain.size());
        }
        return choices.stream()
                .filter(choice -> !choice.compressed() && choice.cuts().equals(cuts))
                .findFirst()
                .orElseThrow();
    }

    /**
     * What each tier runs, in order; null where it is idle. A compressed value {@code v} crosses as three values:
     * {@code v_levels} (UINT8), {@code v_scale} and {@code v_zero}.
     */
    public List<@org.jspecify.annotations.Nullable OnnxGraph> graphs(TierChoice choice) {
        List<@org.jspecify.annotations.Nullable OnnxGraph> graphs = new ArrayList<>();
        for (int tier = 0; tier < tiers.size(); tier++) {
            int from = tier == 0 ? 0 : choice.cuts().get(tier - 1);
            int to = tier == tiers.size() - 1 ? chain.size() : choice.cuts().get(tier);
            if (from == to) {
                graphs.add(null);
                continue;
            }
            OnnxGraph part = chain.part(
                    from,
                    to,
                    values.types(),
                    chain.graph().name() + "_" + tiers.get(tier).name());
            if (choice.compressed()) {
                CompressedEnds.apply(part, chain, choice.cuts(), values);
            }
            graphs.add(part);
        }
        return graphs;
    }

    /** A table of the choices, the fastest first, at most {@code most} of them. */
    public String explain(int most) {
        StringBuilder text = new StringBuilder("total ms  transfer");
        tiers.forEach(tier -> text.append("  ").append(tier.name()).append(" ms"));
        text.append("  sent bytes  back ms  crossing\n");
        for (TierChoice choice : choices.subList(0, Math.min(most, choices.size()))) {
            text.append(String.format(
                    Locale.ROOT, "%8.2f  %8s", choice.totalMicros() / 1e3, choice.compressed() ? "int8" : "as is"));
            for (int i = 0; i < tiers.size(); i++) {
                int width = tiers.get(i).name().length() + 3;
                text.append("  ")
                        .append(String.format(
                                Locale.ROOT,
                                "%" + width + ".2f",
                                choice.computeMicros().get(i) / 1e3));
            }
            text.append(String.format(
                    Locale.ROOT,
                    "  %10d  %7.2f  %s%n",
                    choice.sentBytes().stream().mapToLong(Long::longValue).sum(),
                    choice.returnMicros() / 1e3,
                    choice.crossing()));
        }
        return text.toString();
    }
}
