package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fourier transforms, their windows, and mel filters. */
final class SpectralRules {
    private SpectralRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(
                table,
                "",
                op -> op.out(Fact.tensor(
                        op.elementAttribute("output_datatype", ElementType.FLOAT),
                        List.of(op.in(0).single()))),
                "HannWindow",
                "HammingWindow",
                "BlackmanWindow");
        table.put(
                "MelWeightMatrix",
                op -> op.out(Fact.tensor(
                        op.elementAttribute("output_datatype", ElementType.FLOAT),
                        List.of(half(op.in(1).single()), op.in(0).single()))));
        table.put("DFT", SpectralRules::transform);
        table.put("STFT", SpectralRules::shortTime);
    }

    /** Bins of the half that is not mirrored. */
    private static Term half(Term length) {
        return length.dividedBy(Term.of(2)).plus(Term.ONE);
    }

    private static void transform(Op op) {
        Fact x = op.in(0);
        if (x.dims() == null || x.rank() < 2) {
            op.out(Fact.tensor(x.element(), Op.unknownDims(x.rank())));
            return;
        }
        List<Term> dims = new ArrayList<>(x.dims());
        long given = op.opset() < 20
                ? op.attribute("axis", 1)
                : op.given(2) ? op.in(2).single().or(Long.MIN_VALUE) : -2;
        if (given == Long.MIN_VALUE) {
            op.out(Fact.tensor(x.element(), Op.unknownDims(x.rank())));
            return;
        }
        int axis = Op.axis(given, dims.size());
        Term length = op.given(1) ? op.in(1).single() : dims.get(axis);
        boolean half = op.attribute("onesided", 0) != 0;
        boolean inverse = op.attribute("inverse", 0) != 0;
        dims.set(axis, half && !inverse ? half(length) : length);
        dims.set(dims.size() - 1, half && inverse ? Term.ONE : Term.of(2));
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void shortTime(Op op) {
        Fact signal = op.in(0);
        Term step = op.in(1).single();
        Term length = op.given(3) ? op.in(3).single() : op.in(2).dim(0);
        Term frames = signal.dim(1).minus(length).dividedBy(step).plus(Term.ONE);
        Term bins = op.attribute("onesided", 1) != 0 ? half(length) : length;
        op.out(Fact.tensor(signal.element(), List.of(signal.dim(0), frames, bins, Term.of(2))));
    }
}
