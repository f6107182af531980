package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sequences, optional values and strings. */
final class SequenceRules {
    private SequenceRules() {}

    static void register(Map<String, Rule> table) {
        table.put(
                "SequenceEmpty",
                op -> op.out(
                        sequence(Fact.tensor(op.elementAttribute("dtype", ElementType.FLOAT), (List<Term>) null))));
        table.put("SequenceConstruct", SequenceRules::construct);
        table.put("SequenceInsert", SequenceRules::insert);
        table.put("SequenceErase", op -> op.out(op.in(0)));
        table.put("SequenceAt", op -> op.out(element(op.in(0))));
        table.put("SequenceLength", op -> op.out(Fact.tensor(ElementType.INT64)));
        table.put("SplitToSequence", SequenceRules::split);
        table.put("ConcatFromSequence", SequenceRules::concat);
        table.put("Optional", op -> {
            OnnxType held = op.in(0).type();
            op.out(held == null ? Fact.UNKNOWN : Fact.of(new OnnxType.OfOptional(held)));
        });
        table.put(
                "OptionalGetElement",
                op -> op.out(
                        op.in(0).other() instanceof OnnxType.OfOptional held ? Fact.of(held.element()) : op.in(0)));
        table.put("OptionalHasElement", op -> op.out(Fact.tensor(ElementType.BOOL)));
        table.put(
                "StringNormalizer",
                op -> op.out(
                        Fact.tensor(ElementType.STRING, Op.unknownDims(op.in(0).rank()))));
        table.put("RegexFullMatch", op -> op.out(op.in(0).withElement(ElementType.BOOL)));
        table.put(
                "StringConcat",
                op -> op.out(Fact.tensor(
                        ElementType.STRING,
                        Op.broadcast(op.in(0).dims(), op.in(1).dims()))));
        table.put("StringSplit", op -> {
            List<Term> dims = op.in(0).dims();
            op.out(
                    dims == null
                            ? Fact.tensor(ElementType.STRING, (List<Term>) null)
                            : Fact.tensor(ElementType.STRING, added(dims, Term.UNKNOWN)));
            op.out(1, Fact.tensor(ElementType.INT64, dims));
        });
        table.put("TfIdfVectorizer", SequenceRules::tfIdf);
    }

    private static Fact sequence(Fact element) {
        OnnxType type = element.type();
        return type == null ? Fact.UNKNOWN : Fact.of(new OnnxType.OfSequence(type));
    }

    private static Fact element(Fact sequence) {
        return sequence.other() instanceof OnnxType.OfSequence held ? Fact.of(held.element()) : Fact.UNKNOWN;
    }

    private static List<Term> added(List<Term> dims, Term last) {
        List<Term> more = new ArrayList<>(dims);
        more.add(last);
        return more;
    }

    private static void construct(Op op) {
        Fact held = op.in(0).withData(null);
        for (int i = 1; i < op.inputs(); i++) {
            held = Fact.either(held, op.in(i).withData(null));
        }
        op.out(sequence(held));
    }

    private static void insert(Op op) {
        Fact held = element(op.in(0));
        Fact more = op.in(1).withData(null);
        op.out(sequence(held.dims() == null ? more.withDims(null) : Fact.either(held, more)));
    }

    private static void split(Op op) {
        Fact x = op.in(0);
        List<Term> dims = null;
        if (x.dims() != null) {
            boolean kept = op.given(1) || op.attribute("keepdims", 1) != 0;
            int axis = Op.axis(op.attribute("axis", 0), x.rank());
            dims = new ArrayList<>(x.dims());
            if (kept) {
                dims.set(axis, op.given(1) ? Term.UNKNOWN : Term.ONE);
            } else {
                dims.remove(axis);
            }
        }
        op.out(sequence(Fact.tensor(x.element(), dims)));
    }

    private static void concat(Op op) {
        Fact each = element(op.in(0));
        List<Term> dims = each.dims();
        if (dims != null) {
            boolean stacks = op.attribute("new_axis", 0) != 0;
            int axis = Op.axis(op.attribute("axis", 0), dims.size() + (stacks ? 1 : 0));
            dims = new ArrayList<>(dims);
            if (stacks) {
                dims.add(axis, Term.UNKNOWN);
            } else {
                dims.set(axis, Term.UNKNOWN);
            }
        }
        op.out(Fact.tensor(each.element(), dims));
    }

    private static void tfIdf(Op op) {
        long[] places = op.attributes("ngram_indexes");
        List<Term> dims = op.in(0).dims();
        if (places == null || dims == null || places.length == 0) {
            op.out(Fact.tensor(ElementType.FLOAT, (List<Term>) null));
            return;
        }
        Term size = Term.of(java.util.Arrays.stream(places).max().orElse(0) + 1);
        op.out(Fact.tensor(ElementType.FLOAT, dims.size() < 2 ? List.of(size) : List.of(dims.get(0), size)));
    }
}
