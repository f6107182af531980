package io.edgeai.core.train.gradient;

import java.util.Map;
import java.util.stream.LongStream;

/** Products of matrices. */
final class MatrixGradients {
    private MatrixGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Gemm", MatrixGradients::gemm);
        table.put("MatMul", MatrixGradients::matMul);
    }

    private static void gemm(NodeGradient g) {
        boolean transA = g.node().intAttribute("transA", 0) != 0;
        boolean transB = g.node().intAttribute("transB", 0) != 0;
        float alpha = g.node().floatAttribute("alpha", 1);
        String a = g.input(0);
        String b = g.input(1);
        if (g.wants(0)) {
            g.give(
                    0,
                    transA
                            ? product(g.out(), b, g.dy(), transB, true, alpha)
                            : product(g.out(), g.dy(), b, false, !transB, alpha));
        }
        if (g.wants(1)) {
            g.give(
                    1,
                    transB
                            ? product(g.out(), g.dy(), a, true, transA, alpha)
                            : product(g.out(), a, g.dy(), !transA, false, alpha));
        }
        if (!g.input(2).isEmpty() && g.wants(2)) {
            float beta = g.node().floatAttribute("beta", 1);
            g.give(2, g.out().mul(g.unbroadcast(g.dy(), g.input(2)), beta));
        }
    }

    private static String product(GraphEmitter out, String a, String b, boolean transA, boolean transB, float alpha) {
        return out.node("Gemm", a, b)
                .attribute("transA", transA ? 1 : 0)
                .attribute("transB", transB ? 1 : 0)
                .attribute("alpha", alpha)
                .output(0);
    }

    private static void matMul(NodeGradient g) {
        GraphEmitter out = g.out();
        int rankA = g.rank(g.input(0));
        int rankB = g.rank(g.input(1));
        if (rankA == 2 && rankB == 2) {
            if (g.wants(0)) {
                g.give(0, product(out, g.dy(), g.input(1), false, true, 1));
            }
            if (g.wants(1)) {
                g.give(1, product(out, g.input(0), g.dy(), true, false, 1));
            }
            return;
        }
        String dy = g.dy();
        if (rankB == 1) {
            dy = out.unsqueeze(dy, -1);
        }
        if (rankA == 1) {
            dy = out.unsqueeze(dy, -2);
        }
        if (g.wants(0)) {
            String b = rankB == 1 ? out.unsqueeze(g.input(1), 0) : swapped(g, g.input(1), rankB);
            g.give(0, fitted(g, out.op("MatMul", dy, b), 0));
        }
        if (g.wants(1)) {
            g.give(1, rankB == 2 && rankA > 2 ? flattened(g) : right(g, dy, rankA));
        }
    }

    private static String right(NodeGradient g, String dy, int rankA) {
        String a = rankA == 1 ? g.out().unsqueeze(g.input(0), 1) : swapped(g, g.input(0), rankA);
        return fitted(g, g.out().op("MatMul", a, dy), 1);
    }

    /** All leading axes are one: a single product instead of many and their sum. */
    private static String flattened(NodeGradient g) {
        long rows = g.fixed(g.input(1), 0);
        long columns = g.fixed(g.input(1), 1);
        String a = g.out().reshape(g.input(0), -1, rows);
        return product(g.out(), a, g.out().reshape(g.dy(), -1, columns), true, false, 1);
    }

    private static String swapped(NodeGradient g, String value, int rank) {
        long[] permutation = LongStream.range(0, rank).toArray();
        permutation[rank - 1] = rank - 2L;
        permutation[rank - 2] = rank - 1L;
        return g.out().transpose(value, permutation);
    }

    /** Sums the leading axes along which an operand was repeated, and restores the shape of a vector. */
    private static String fitted(NodeGradient g, String product, int input) {
        String value = g.input(input);
        int rank = g.rank(value);
        int other = g.rank(g.input(1 - input));
        int batchY = Math.max(Math.max(rank, other) - 2, 0);
        int batch = Math.max(rank - 2, 0);
        long[] own = g.dims(value);
        long[] theirs = g.dims(g.input(1 - input));
        LongStream.Builder axes = LongStream.builder();
        for (int i = 0; i < batchY; i++) {
            int place = i - (batchY - batch);
            int there = i - (batchY - Math.max(other - 2, 0));
            if (place < 0 || (own[place] == 1 && there >= 0 && theirs[there] != 1)) {
                axes.add(i);
            }
        }
        long[] summed = axes.build().toArray();
        String result = summed.length == 0 ? product : g.out().sum(product, true, summed);
        return summed.length == 0 && rank > 1 ? result : g.like(result, value);
    }
}
