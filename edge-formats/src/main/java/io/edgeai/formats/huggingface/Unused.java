package io.edgeai.formats.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Weights that a conversion did not need: harmless ones are noted, others mean that the computation was not understood. */
final class Unused {
    /** Tables that code fills by itself and old versions saved nevertheless. */
    private static final Pattern BUFFERS =
            Pattern.compile("(.*\\.)?(position_ids|token_type_ids|h\\.\\d+\\.attn\\.bias|masked_bias)");

    private static final Pattern POOLER = Pattern.compile("(.*\\.)?pooler\\..*");

    private Unused() {}

    /**
     * Sorts what is left over.
     *
     * @param prefix what weights of the body begin with
     * @param all whether the checkpoint is a body alone, so that everything in it should have been used
     */
    static void judge(List<String> names, String prefix, boolean all, List<String> notes, Problems problems) {
        List<String> buffers = new ArrayList<>();
        List<String> heads = new ArrayList<>();
        for (String name : names) {
            boolean body = all || (!prefix.isEmpty() && name.startsWith(prefix));
            if (BUFFERS.matcher(name).matches()) {
                buffers.add(name);
            } else if (POOLER.matcher(name).matches() || !body) {
                heads.add(name);
            } else {
                problems.damaged("(" + name + ") is there, but config.json has no place for it");
            }
        }
        note("not needed, the graph computes them", buffers, notes);
        note("not used, of another head", heads, notes);
    }

    private static void note(String what, List<String> names, List<String> notes) {
        if (!names.isEmpty()) {
            notes.add(what + ": " + String.join(", ", names.subList(0, Math.min(20, names.size())))
                    + (names.size() > 20 ? " and " + (names.size() - 20) + " more" : ""));
        }
    }
}
