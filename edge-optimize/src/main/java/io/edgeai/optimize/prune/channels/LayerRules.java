package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.prune.channels.Walk.Along;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that sum over channels: where one value's channels become another's. */
final class LayerRules {
    private LayerRules() {}

    static void conv(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String w = node.input(1);
        String y = node.output(0);
        int[] out = walk.labels(w, 0);
        slide(walk, node, 2);
        long groups = node.intAttribute("group", 1);
        if (groups == 1) {
            walk.join(walk.labels(x, 1), walk.labels(w, 1), feeds(x));
        } else {
            walk.pin(w, 1, node + " has groups");
            grouped(walk, node, groups, walk.labels(x, 1), out);
        }
        finish(walk, node, out, groups == 1 ? 1 : -1, 0);
        List<Along> product = all(walk, y, 0);
        product.addAll(all(walk, w, 1));
        walk.macs(product);
    }

    static void convTranspose(Walk walk, OnnxNode node) {
        String x = node.input(0);
        String w = node.input(1);
        long groups = node.intAttribute("group", 1);
        slide(walk, node, 2);
        walk.join(walk.labels(x, 1), walk.labels(w, 0), feeds(x));
        int[] out;
        if (groups == 1) {
            out = walk.labels(w, 1);
            finish(walk, node, out, 0, 1);
        } else {
            walk.pin(w, 1, node + " has groups");
            long size = walk.size(node.output(0), 1);
            out = size < 0 ? null : walk.labels.fresh((int) size);
            grouped(walk, node, groups, walk.labels(x, 1), out);
            finish(walk, node, out, -1, 0);
        }
        List<Along> product = all(walk, x, 0);
        product.addAll(all(walk, w, 1));
        walk.macs(product);
    }

    /** Batch and bias of a convolution. */
    private static void finish(Walk walk, OnnxNode node, int @Nullable [] out, int weightIn, int weightOut) {
        walk.put(node.output(0), 0, walk.labels(node.input(0), 0));
        walk.put(node.output(0), 1, out);
        if (!node.input(2).isEmpty()) {
            walk.join(out, walk.labels(node.input(2), 0), node + " has a computed bias");
        }
        walk.layer(node, 1, weightIn, weightOut, node.input(2));
    }

    /** Whole groups go: inputs and outputs of one group are tied; with one channel a group this is depth-wise. */
    private static void grouped(Walk walk, OnnxNode node, long groups, int @Nullable [] in, int @Nullable [] out) {
        if (in == null || out == null || in.length % groups != 0 || out.length % groups != 0) {
            walk.pin(in, node + " has groups");
            walk.pin(out, feeds(node.input(0)));
            return;
        }
        int perIn = (int) (in.length / groups);
        int perOut = (int) (out.length / groups);
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < perIn; i++) {
                walk.labels.join(in[group * perIn], in[group * perIn + i]);
            }
            for (int i = 0; i < perOut; i++) {
                walk.labels.join(in[group * perIn], out[group * perOut + i]);
            }
        }
        walk.fix((fixed, place) ->
                fixed.attribute("group", (long) place.survivors().count(in) / perIn));
    }

    private static void slide(Walk walk, OnnxNode node, int from) {
        for (int axis = from; axis < walk.rank(node.input(0)); axis++) {
            walk.pin(node.input(0), axis, node + " slides over it");
            walk.pin(node.input(1), axis, node + " slides over it");
        }
    }

    static void gemm(Walk walk, OnnxNode node) {
        String a = node.input(0);
        String b = node.input(1);
        String y = node.output(0);
        int inner = node.intAttribute("transA", 0) == 0 ? 1 : 0;
        int bInner = node.intAttribute("transB", 0) == 0 ? 0 : 1;
        contract(walk, node, walk.labels(a, inner), walk.labels(b, bInner));
        walk.put(y, 0, walk.labels(a, 1 - inner));
        walk.put(y, 1, walk.labels(b, 1 - bInner));
        String c = node.input(2);
        for (int axis = 0; !c.isEmpty() && axis < 2; axis++) {
            int own = axis - 2 + walk.rank(c);
            if (own >= 0 && walk.size(c, own) != 1) {
                walk.join(walk.labels(c, own), walk.labels(y, axis), node + " adds a value whose size is fixed");
            }
        }
        boolean plain = node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1;
        walk.layer(node, inner, plain && inner == 1 ? bInner : -1, 1 - bInner, walk.rank(c) <= 1 ? c : "");
        List<Along> product = all(walk, y, 0);
        product.add(walk.along(a, inner));
        walk.macs(product);
    }

    static void matMul(Walk walk, OnnxNode node) {
        String a = node.input(0);
        String b = node.input(1);
        String y = node.output(0);
        int aRank = walk.rank(a);
        int bRank = walk.rank(b);
        if (aRank < 2 || bRank < 2) {
            walk.opaque(node, node + " multiplies a vector");
            return;
        }
        contract(walk, node, walk.labels(a, aRank - 1), walk.labels(b, bRank - 2));
        int rank = Math.max(aRank, bRank);
        for (int axis = 0; axis < rank - 2; axis++) {
            ElementwiseRules.tie(walk, node, axis);
        }
        walk.put(y, rank - 2, walk.labels(a, aRank - 2));
        walk.put(y, rank - 1, walk.labels(b, bRank - 1));
        walk.layer(node, aRank - 1, bRank == 2 ? 0 : -1, bRank - 1, "");
        List<Along> product = all(walk, y, 0);
        product.add(walk.along(a, aRank - 1));
        walk.macs(product);
    }

    /** A sum over channels can do without some only where a stored weight says how much each counts. */
    private static void contract(Walk walk, OnnxNode node, int @Nullable [] a, int @Nullable [] b) {
        if (walk.constant(node.input(0)) || walk.constant(node.input(1))) {
            walk.join(a, b, feeds(node.input(0)));
        } else {
            walk.pin(a, node + " multiplies two computed values along it");
            walk.pin(b, node + " multiplies two computed values along it");
        }
    }

    private static List<Along> all(Walk walk, String value, int from) {
        List<Along> product = new ArrayList<>();
        for (int axis = from; axis < walk.rank(value); axis++) {
            product.add(walk.along(value, axis));
        }
        return product;
    }

    private static String feeds(String x) {
        return "the size of (" + x + ") is fixed";
    }
}
