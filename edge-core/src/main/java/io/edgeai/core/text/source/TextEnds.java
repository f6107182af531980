package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The layout of one text and of two with the special tokens around them, a {@code TemplateProcessing}. Stateless. */
final class TextEnds {
    /** Stands for the first text in a layout. */
    static final String FIRST = "$A";
    /** Stands for the second text in a layout. */
    static final String SECOND = "$B";

    private TextEnds() {}

    /** @param typed whether the second text and what stands behind it are of type 1, as BERT tells texts apart */
    static void write(TokenizerJson json, List<String> single, List<String> pair, boolean typed) {
        ObjectNode template = json.part("post_processor", "TemplateProcessing");
        Set<String> special = new LinkedHashSet<>();
        layout(template.putArray("single"), single, false, special);
        layout(template.putArray("pair"), pair, typed, special);
        ObjectNode tokens = template.putObject("special_tokens");
        for (String token : special) {
            ObjectNode one = tokens.putObject(token).put("id", token);
            one.putArray("ids").add(json.id(token));
            one.putArray("tokens").add(token);
        }
    }

    private static void layout(ArrayNode template, List<String> parts, boolean typed, Set<String> special) {
        int type = 0;
        for (String part : parts) {
            boolean text = part.equals(FIRST) || part.equals(SECOND);
            if (typed && part.equals(SECOND)) {
                type = 1;
            }
            if (!text) {
                special.add(part);
            }
            template.addObject()
                    .putObject(text ? "Sequence" : "SpecialToken")
                    .put("id", text ? part.substring(1) : part)
                    .put("type_id", type);
        }
    }
}
