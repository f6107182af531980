package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Widths;
import io.edgeai.optimize.prune.solve.Ranking;
import io.edgeai.optimize.prune.solve.Reconstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A model whose channels are ranked: what takes long is done, and each budget is only a choice and a repair. Made by
 * {@link StructuredPruner#rank}. Immutable and thread-safe, save for the pruner's progress listener.
 */
public final class RankedModel {
    private final StructuredPruner.Builder settings;
    private final InferenceRuntime runtime;
    private final OnnxGraph model;
    private final ChannelMap map;
    private final List<Ranking> rankings;
    private final List<Map<String, Tensor>> feeds;
    private final boolean normalized;

    RankedModel(
            StructuredPruner.Builder settings,
            InferenceRuntime runtime,
            OnnxGraph model,
            ChannelMap map,
            List<Ranking> rankings,
            List<Map<String, Tensor>> feeds,
            boolean normalized) {
        this.settings = settings;
        this.runtime = runtime;
        this.model = model;
        this.map = map;
        this.rankings = rankings;
        this.feeds = feeds;
        this.normalized = normalized;
    }

    /** Groups of channels that can go; 0 where nothing can be pruned. */
    public int groups() {
        return rankings.size();
    }

    /** Why channels had to stay, one line each reason; empty where all can go. */
    public List<String> pinned() {
        return map.pinned().stream().map(pin -> pin.reason()).distinct().toList();
    }

    /**
     * How many times fewer multiplications a budget leaves; nothing is cut or solved.
     *
     * @throws InvalidInputException where the budget cannot be met; it says how far the model gets
     */
    public double macReduction(PruneBudget budget) {
        Widths widths = map.widths();
        selection(widths).choose(budget);
        return (double) map.macs(new BitSet()) / Math.max(1, map.macs(widths.removed()));
    }

    /**
     * Cuts to a budget, and with samples repairs what the other channels can make up for.
     *
     * @throws InvalidInputException where the budget cannot be met
     * @throws io.edgeai.core.error.OperationCancelledException where the pruner's progress listener says so
     */
    public PrunedModel prune(PruneBudget budget) {
        Widths widths = map.widths();
        Selection selection = selection(widths);
        selection.choose(budget);
        BitSet removed = widths.removed();
        boolean solve = settings.reconstruct && !feeds.isEmpty();
        OnnxGraph pruned = map.without(removed, !solve);
        int solved = solve
                ? new Reconstruction(runtime).solve(map, removed, pruned, feeds, settings.seed, settings.progress)
                : 0;
        if (normalized) {
            pruned = GraphPasses.simplified(pruned, runtime);
        }
        List<PruneReport.Group> report = new ArrayList<>();
        for (int i = 0; i < rankings.size(); i++) {
            ChannelGroup group = rankings.get(i).group();
            int after = (int)
                    group.units().stream().filter(unit -> !removed.get(unit)).count();
            report.add(
                    new PruneReport.Group(group.name(), group.width(), after, group.residual(), selection.damage(i)));
        }
        return new PrunedModel(pruned, map.graph(), report(pruned, report, removed, solved));
    }

    private Selection selection(Widths widths) {
        return new Selection(
                rankings,
                widths,
                settings.roundTo,
                settings.leastShare,
                settings.kernelBlock,
                group -> settings.branches && map.droppable(group));
    }

    private PruneReport report(OnnxGraph pruned, List<PruneReport.Group> groups, BitSet removed, int solved) {
        byte[] before = OnnxWriter.toBytes(model);
        byte[] after = OnnxWriter.toBytes(pruned);
        LatencyComparison latency = null;
        if (settings.latencyRounds > 0 && !feeds.isEmpty()) {
            SessionOptions options = SessionOptions.defaults().slots(1);
            try (InferenceSession original = runtime.open(before, options);
                    InferenceSession derived = runtime.open(after, options)) {
                latency = LatencyComparison.measure(
                        original, derived, feeds.get(0), settings.latencyRounds, settings.ticker, settings.progress);
            }
        }
        return new PruneReport(
                groups,
                map.pinned(),
                groups.stream().mapToInt(PruneReport.Group::before).sum(),
                groups.stream().mapToInt(PruneReport.Group::after).sum(),
                map.macs(new BitSet()),
                map.macs(removed),
                CostModel.of(map.graph()).parameters(),
                CostModel.of(pruned).parameters(),
                before.length,
                after.length,
                solved,
                latency);
    }
}
