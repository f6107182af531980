package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.List;

/** All B-spline bases of one column by the recurrence of Cox and de Boor, [N, bases]. Single-use. */
final class Splines {
    private final Emitter out;
    private final double[] knots;
    private final int degree;

    Splines(Emitter out, double[] knots, int degree) {
        this.out = out;
        this.knots = knots;
        this.degree = degree;
    }

    private int bases() {
        return knots.length - degree - 1;
    }

    /** The bases at a column [N, 1], beyond the ends as asked. */
    String emit(String column, String extrapolation) {
        double first = knots[degree];
        double last = knots[knots.length - degree - 1];
        switch (extrapolation) {
            case "constant" -> {
                return inside(out.clip(column, first, last));
            }
            case "error" -> {
                String clipped = out.clip(column, first, last);
                return out.where(out.op("Equal", clipped, column), inside(clipped), out.scalar(Double.NaN));
            }
            case "periodic" -> {
                String period = out.scalar(last - first);
                String shifted = out.plus(column, -first);
                String turns = out.op("Floor", out.div(shifted, period));
                return inside(out.plus(out.sub(shifted, out.mul(turns, period)), first));
            }
            case "continue" -> {
                return inside(column);
            }
            case "linear" -> {
                String clipped = out.clip(column, first, last);
                String below = out.op("Min", out.plus(column, -first), out.scalar(0));
                String above = out.op("Max", out.plus(column, -last), out.scalar(0));
                String straight =
                        out.add(out.mul(below, out.row(slopes(first))), out.mul(above, out.row(slopes(last))));
                return out.add(inside(clipped), straight);
            }
            default -> throw new UnsupportedOperatorException("extrapolation = " + extrapolation);
        }
    }

    /** Adds the last bases, which are the first ones again a period later. */
    String wrapped(String columns) {
        int kept = bases() - degree;
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            String own = out.columns(columns, i);
            parts.add(i < degree ? out.add(own, out.columns(columns, kept + i)) : own);
        }
        return out.concat(1, parts);
    }

    /** Bases with the first and last piece continued beyond the ends. */
    private String inside(String column) {
        int intervals = knots.length - 1;
        String[] basis = new String[intervals];
        for (int i = 0; i < intervals; i++) {
            boolean inner = i >= degree && i < knots.length - degree - 1;
            basis[i] = inner ? piece(column, i) : "";
        }
        for (int d = 1; d <= degree; d++) {
            String[] next = new String[intervals - d];
            for (int i = 0; i < next.length; i++) {
                String left = basis[i].isEmpty() ? "" : ratio(column, knots[i], knots[i + d], false, basis[i]);
                String right =
                        basis[i + 1].isEmpty() ? "" : ratio(column, knots[i + 1], knots[i + d + 1], true, basis[i + 1]);
                next[i] = left.isEmpty() ? right : right.isEmpty() ? left : out.add(left, right);
            }
            basis = next;
        }
        List<String> parts = new ArrayList<>();
        for (String one : basis) {
            parts.add(one.isEmpty() ? out.scale(column, 0) : one);
        }
        return out.concat(1, parts);
    }

    private String piece(String column, int i) {
        boolean first = i == degree;
        boolean last = i == knots.length - degree - 2;
        String low = first ? "" : out.op("GreaterOrEqual", column, out.scalar(knots[i]));
        String high = last ? "" : out.op("Less", column, out.scalar(knots[i + 1]));
        if (low.isEmpty() && high.isEmpty()) {
            return out.plus(out.scale(column, 0), 1);
        }
        return out.toDouble(low.isEmpty() ? high : high.isEmpty() ? low : out.op("And", low, high));
    }

    private String ratio(String column, double from, double to, boolean falling, String basis) {
        if (to == from) {
            return "";
        }
        String position = falling ? out.sub(out.scalar(to), column) : out.plus(column, -from);
        return out.mul(out.div(position, out.scalar(to - from)), basis);
    }

    /** First derivatives of all bases at a point. */
    private double[] slopes(double at) {
        double[] slopes = new double[bases()];
        for (int i = 0; i < slopes.length; i++) {
            double left = knots[i + degree] - knots[i];
            double right = knots[i + degree + 1] - knots[i + 1];
            slopes[i] = (left == 0 ? 0 : degree / left * value(i, degree - 1, at))
                    - (right == 0 ? 0 : degree / right * value(i + 1, degree - 1, at));
        }
        return slopes;
    }

    private double value(int i, int d, double at) {
        if (d == 0) {
            int piece = degree;
            while (piece < knots.length - degree - 2 && at >= knots[piece + 1]) {
                piece++;
            }
            return i == piece ? 1 : 0;
        }
        double left = knots[i + d] - knots[i];
        double right = knots[i + d + 1] - knots[i + 1];
        return (left == 0 ? 0 : (at - knots[i]) / left * value(i, d - 1, at))
                + (right == 0 ? 0 : (knots[i + d + 1] - at) / right * value(i + 1, d - 1, at));
    }
}
