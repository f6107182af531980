package io.edgeai.optimize.partition;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns FLOAT values that cross a cut into 8-bit levels with one scale and zero point each, made anew for every run. */
final class CompressedEnds {
    /** DynamicQuantizeLinear came with this operator set. */
    static final long OPSET = 11;

    private static final List<String> ENDS = List.of("_levels", "_scale", "_zero");

    private CompressedEnds() {}

    /** FLOAT values whose three new names are not taken by others that may cross. */
    static boolean compressible(String value, NodeChain chain, ObservedValues values) {
        OnnxValue type = values.types().get(value);
        return type != null
                && type.type() instanceof OnnxType.OfTensor tensor
                && tensor.element() == ElementType.FLOAT
                && ENDS.stream()
                        .map(value::concat)
                        .noneMatch(name -> chain.varying().contains(name)
                                || chain.fixedOutputs().contains(name));
    }

    /** Inputs that come over a cut are unpacked, outputs that go over one are packed. */
    static void apply(OnnxGraph part, NodeChain chain, List<Integer> cuts, ObservedValues values) {
        Set<String> crossing = new HashSet<>();
        cuts.forEach(cut -> crossing.addAll(chain.crossing(cut)));
        Set<String> fed = new HashSet<>();
        chain.graph().feeds().forEach(feed -> fed.add(feed.name()));
        Set<String> wanted = new HashSet<>();
        chain.graph().outputs().forEach(output -> wanted.add(output.name()));
        for (OnnxValue input : List.copyOf(part.inputs())) {
            if (crossing.contains(input.name())
                    && !fed.contains(input.name())
                    && compressible(input.name(), chain, values)) {
                unpack(part, input);
            }
        }
        for (OnnxValue output : List.copyOf(part.outputs())) {
            if (crossing.contains(output.name()) && compressible(output.name(), chain, values)) {
                pack(part, output, wanted.contains(output.name()));
            }
        }
    }

    /** Constants of the part that have one of the new names get another. */
    private static void freeNames(OnnxGraph part, String value) {
        FreshNames names = new FreshNames(part);
        for (String end : ENDS) {
            String taken = value + end;
            OnnxTensor stored = part.initializers().remove(taken);
            OnnxNode maker = part.producers().get(taken);
            if (stored == null && maker == null) {
                continue;
            }
            String other = names.of(taken);
            part.replaceUses(taken, other);
            if (stored != null) {
                part.initializers().put(other, stored);
            }
            if (maker != null) {
                maker.outputs().replaceAll(output -> output.equals(taken) ? other : output);
            }
        }
    }

    private static void unpack(OnnxGraph part, OnnxValue input) {
        String name = input.name();
        freeNames(part, name);
        OnnxType.OfTensor type = (OnnxType.OfTensor) java.util.Objects.requireNonNull(input.type());
        part.inputs().remove(input);
        part.inputs().add(new OnnxValue(name + "_levels", new OnnxType.OfTensor(ElementType.UINT8, type.shape())));
        part.inputs().add(OnnxValue.tensor(name + "_scale", ElementType.FLOAT));
        part.inputs().add(OnnxValue.tensor(name + "_zero", ElementType.UINT8));
        part.nodes()
                .add(
                        0,
                        new OnnxNode(
                                "DequantizeLinear",
                                name + "_unpack",
                                List.of(name + "_levels", name + "_scale", name + "_zero"),
                                List.of(name)));
    }

    private static void pack(OnnxGraph part, OnnxValue output, boolean alsoAnswer) {
        String name = output.name();
        freeNames(part, name);
        OnnxType.OfTensor type = (OnnxType.OfTensor) java.util.Objects.requireNonNull(output.type());
        part.add(
                "DynamicQuantizeLinear",
                name + "_pack",
                List.of(name),
                List.of(name + "_levels", name + "_scale", name + "_zero"));
        if (!alsoAnswer) {
            part.outputs().remove(output);
        }
        part.outputs().add(new OnnxValue(name + "_levels", new OnnxType.OfTensor(ElementType.UINT8, type.shape())));
        part.outputs().add(OnnxValue.tensor(name + "_scale", ElementType.FLOAT));
        part.outputs().add(OnnxValue.tensor(name + "_zero", ElementType.UINT8));
    }
}
