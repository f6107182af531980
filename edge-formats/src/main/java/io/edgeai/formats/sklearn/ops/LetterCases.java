package io.edgeai.formats.sklearn.ops;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lower-casing of letters outside ASCII, which ONNX Runtime's normalizer does only in a locale the system may not have:
 * text is taken apart into letters, each is looked up, and a Loop joins them again. Stateless.
 */
final class LetterCases {
    private static final int LAST = 0x1f000;
    private static final String OTHER = "\u0001";
    private static final Map<String, String> LOWER = lower();

    private LetterCases() {}

    /** Capital letters outside ASCII whose lower case is one letter. */
    private static Map<String, String> lower() {
        Map<String, String> lower = new TreeMap<>();
        for (int code = 0x80; code < LAST; code++) {
            String capital = new String(Character.toChars(code));
            String letter = capital.toLowerCase(Locale.ROOT);
            if (!letter.equals(capital) && letter.codePointCount(0, letter.length()) == 1) {
                lower.put(capital, letter);
            }
        }
        return Map.copyOf(lower);
    }

    /** Texts [N] with their letters outside ASCII in lower case. */
    static String lowered(Emitter out, String texts) {
        String letters = out.node("Tokenizer", texts)
                .domain("com.microsoft")
                .attribute("mark", 0L)
                .attribute("mincharnum", 1L)
                .attribute("pad_value", "")
                .attribute("separators", new OnnxAttribute.OfStrings(List.of(ByteString.EMPTY)))
                .output(0);
        List<ByteString> keys = new ArrayList<>();
        List<ByteString> values = new ArrayList<>();
        new TreeMap<>(LOWER).forEach((capital, letter) -> {
            keys.add(ByteString.copyFromUtf8(capital));
            values.add(ByteString.copyFromUtf8(letter));
        });
        String found = out.node("LabelEncoder", letters)
                .domain("ai.onnx.ml")
                .attribute("keys_strings", new OnnxAttribute.OfStrings(keys))
                .attribute("values_strings", new OnnxAttribute.OfStrings(values))
                .attribute("default_string", OTHER)
                .output(0);
        String kept = out.op("Equal", found, out.strings(List.of(OTHER), 1));
        String small = out.where(kept, letters, found);
        String count =
                out.squeeze(out.node("Shape", small).attribute("start", 1L).output(0), 0);
        String rows = out.node("Shape", small)
                .attribute("start", 0L)
                .attribute("end", 1L)
                .output(0);
        String empty = out.op("Expand", out.strings(List.of(""), 1), rows);
        OnnxNode loop = out.graph()
                .add(
                        "Loop",
                        out.fresh("letters"),
                        List.of(count, out.initializer(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1})), empty),
                        List.of(out.fresh("text")));
        loop.attribute("body", new OnnxAttribute.OfGraph(body(out, small, loop.name())));
        return loop.output(0);
    }

    private static OnnxGraph body(Emitter outer, String letters, String prefix) {
        OnnxGraph graph = new OnnxGraph("letters", outer.graph().info());
        Emitter out = new Emitter(graph, prefix + "_");
        String at = out.fresh("at");
        String condition = out.fresh("condition");
        String text = out.fresh("text");
        graph.inputs().add(OnnxValue.tensor(at, ElementType.INT64));
        graph.inputs().add(OnnxValue.tensor(condition, ElementType.BOOL));
        graph.inputs().add(new OnnxValue(text, OnnxType.OfTensor.of(ElementType.STRING, -1)));
        String next = out.op("StringConcat", text, out.gather(letters, at, 1));
        String going = out.op("Identity", condition);
        graph.outputs().add(OnnxValue.tensor(going, ElementType.BOOL));
        graph.outputs().add(new OnnxValue(next, OnnxType.OfTensor.of(ElementType.STRING, -1)));
        return graph;
    }

    /** Whether lower-casing ASCII alone could miss a word: whether it has letters outside ASCII. */
    static boolean needed(String[] terms) {
        for (String term : terms) {
            if (term.chars().anyMatch(c -> c > 0x7f)) {
                return true;
            }
        }
        return false;
    }
}
