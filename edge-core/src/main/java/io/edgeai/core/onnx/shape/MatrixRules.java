package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Matrix products and Einstein sums. */
final class MatrixRules {
    private MatrixRules() {}

    static void register(Map<String, Rule> table) {
        table.put("MatMul", op -> matMul(op, op.in(0), op.in(1), op.element(0)));
        table.put("MatMulInteger", op -> matMul(op, op.in(0), op.in(1), ElementType.INT32));
        table.put("QLinearMatMul", op -> matMul(op, op.in(0), op.in(3), op.element(7)));
        Rules.put(
                table,
                Rules.MICROSOFT,
                op -> matMul(op, op.in(0), op.in(1), ElementType.FLOAT),
                "MatMulIntegerToFloat",
                "DynamicQuantizeMatMul");
        Rules.put(
                table, Rules.MICROSOFT, MatrixRules::fused, "FusedMatMul", "FusedMatMulActivation", "TransposeMatMul");
        Rules.put(table, Rules.MICROSOFT, MatrixRules::nBits, "MatMulNBits", "MatMulBnb4");
        table.put("Gemm", op -> gemm(op, op.in(0), op.in(1), op.element(0)));
        table.put(Rules.MICROSOFT + "FusedGemm", op -> gemm(op, op.in(0), op.in(1), op.element(0)));
        table.put(
                Rules.MICROSOFT + "QGemm",
                op -> gemm(op, op.in(0), op.in(3), op.given(8) ? op.element(8) : ElementType.FLOAT));
        table.put("Einsum", MatrixRules::einsum);
        table.put("Det", MatrixRules::determinant);
        table.put(Rules.MICROSOFT + "Inverse", ElementwiseRules::same);
    }

    private static void matMul(Op op, Fact a, Fact b, @Nullable ElementType element) {
        op.out(Fact.tensor(element, product(a.dims(), b.dims())));
    }

    /** NumPy's matmul: vectors gain a dimension that the result loses again, leading dimensions broadcast. */
    private static @Nullable List<Term> product(@Nullable List<Term> a, @Nullable List<Term> b) {
        if (a == null || b == null) {
            return null;
        }
        if (a.isEmpty() || b.isEmpty()) {
            throw new Contradiction("a scalar has no matrix product");
        }
        Term inner = a.get(a.size() - 1);
        Term other = b.get(Math.max(0, b.size() - 2));
        if (Term.differ(inner, other)) {
            throw new Contradiction("inner dimensions " + inner.dim() + " and " + other.dim() + " differ");
        }
        List<Term> dims = new ArrayList<>();
        List<Term> left = a.subList(0, Math.max(0, a.size() - 2));
        List<Term> right = b.subList(0, Math.max(0, b.size() - 2));
        List<Term> batch = Op.broadcast(left, right);
        if (batch != null) {
            dims.addAll(batch);
        }
        if (a.size() > 1) {
            dims.add(a.get(a.size() - 2));
        }
        if (b.size() > 1) {
            dims.add(b.get(b.size() - 1));
        }
        return dims;
    }

    private static void fused(Op op) {
        if (op.attribute("transBatchA", 0) != 0 || op.attribute("transBatchB", 0) != 0) {
            op.out(Fact.tensor(op.element(0), Op.unknownDims(op.in(0).rank())));
            return;
        }
        op.out(Fact.tensor(
                op.element(0),
                product(
                        flipped(op.in(0).dims(), op.attribute("transA", 0)),
                        flipped(op.in(1).dims(), op.attribute("transB", 0)))));
    }

    private static @Nullable List<Term> flipped(@Nullable List<Term> dims, long transposed) {
        if (dims == null || transposed == 0 || dims.size() < 2) {
            return dims;
        }
        List<Term> flipped = new ArrayList<>(dims);
        java.util.Collections.swap(flipped, dims.size() - 1, dims.size() - 2);
        return flipped;
    }

    private static void nBits(Op op) {
        List<Term> a = op.in(0).dims();
        if (a == null || a.isEmpty()) {
            op.out(Fact.tensor(op.element(0), (List<Term>) null));
            return;
        }
        if (Term.differ(a.get(a.size() - 1), Term.of(op.attribute("K", -1)))) {
            throw new Contradiction("input " + op.in(0) + " does not end in K (" + op.attribute("K", -1) + ")");
        }
        List<Term> dims = new ArrayList<>(a.subList(0, a.size() - 1));
        dims.add(Term.of(op.attribute("N", -1)));
        op.out(Fact.tensor(op.element(0), dims));
    }

    private static void gemm(Op op, Fact a, Fact b, @Nullable ElementType element) {
        boolean transA = op.attribute("transA", 0) != 0;
        boolean transB = op.attribute("transB", 0) != 0;
        if ((a.dims() != null && a.rank() != 2) || (b.dims() != null && b.rank() != 2)) {
            throw new Contradiction("needs matrices, not " + a + " and " + b);
        }
        Term inner = a.dim(transA ? 0 : 1);
        Term other = b.dim(transB ? 1 : 0);
        if (Term.differ(inner, other)) {
            throw new Contradiction("inner dimensions " + inner.dim() + " and " + other.dim() + " differ");
        }
        op.out(Fact.tensor(element, List.of(a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1))));
    }

    private static void einsum(Op op) {
        String equation = op.attribute("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        String[] operands = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        if (equation.contains(".") || operands.length != op.inputs()) {
            op.out(Fact.tensor(op.element(0), (List<Term>) null));
            return;
        }
        Map<Character, Term> sizes = new HashMap<>();
        Map<Character, Integer> uses = new HashMap<>();
        for (int i = 0; i < operands.length; i++) {
            Fact in = op.in(i);
            if (in.dims() != null && in.rank() != operands[i].length()) {
                throw new Contradiction("operand (" + operands[i] + ") of the equation does not fit " + in);
            }
            for (int axis = 0; axis < operands[i].length(); axis++) {
                char label = operands[i].charAt(axis);
                uses.merge(label, 1, Integer::sum);
                Term size = in.dim(axis);
                Term known = sizes.getOrDefault(label, Term.UNKNOWN);
                if (Term.differ(known, size) && !known.is(1) && !size.is(1)) {
                    throw new Contradiction("label (" + label + ") is " + known.dim() + " and " + size.dim());
                }
                sizes.put(label, known.exact() && !known.is(1) || size == Term.UNKNOWN ? known : size);
            }
        }
        List<Term> dims = new ArrayList<>();
        for (char label : labels(equation, arrow, uses).toCharArray()) {
            dims.add(sizes.getOrDefault(label, Term.UNKNOWN));
        }
        op.out(Fact.tensor(op.element(0), dims));
    }

    /** The result's labels: as written, or in implicit form those used once, sorted. */
    private static String labels(String equation, int arrow, Map<Character, Integer> uses) {
        if (arrow >= 0) {
            return equation.substring(arrow + 2);
        }
        StringBuilder once = new StringBuilder();
        for (char label : new TreeSet<>(uses.keySet())) {
            if (Integer.valueOf(1).equals(uses.get(label))) {
                once.append(label);
            }
        }
        return once.toString();
    }

    private static void determinant(Op op) {
        List<Term> dims = op.in(0).dims();
        op.out(Fact.tensor(op.element(0), dims == null || dims.size() < 2 ? null : dims.subList(0, dims.size() - 2)));
    }
}
