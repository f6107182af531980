package io.edgeai.core.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Python-like source that TorchScript keeps: which operators it calls, and what the model's own {@code forward}
 * takes and gives. Not thread-safe.
 */
final class TorchCode {
    private static final Pattern CALL = Pattern.compile("(?:torch|ops\\.[a-z_]+)\\.([A-Za-z_0-9]+)\\(");
    private static final Pattern FORWARD =
            Pattern.compile("def forward\\(([^)]{0,1000})\\)(?:\\s{0,9}->\\s{0,9}([^:\n]{1,500}):)?");

    private final Findings findings;
    private String root = "";
    private String arguments = "";
    private String result = "";
    private boolean own;

    TorchCode(Findings findings) {
        this.findings = findings;
    }

    /** Names the class of the model itself, e.g. {@code __torch__.nets.Classifier}. */
    void root(String type) {
        root = type;
    }

    /** One file of the archive's folder {@code code}. */
    void read(String entry, String source) {
        Matcher calls = CALL.matcher(source);
        while (calls.find()) {
            findings.operator(calls.group(1));
        }
        String module =
                entry.substring(entry.indexOf("/code/") + 6, entry.length() - 3).replace('/', '.');
        int type = root.startsWith(module + ".")
                ? source.indexOf("class " + root.substring(module.length() + 1) + "(")
                : -1;
        Matcher forward = FORWARD.matcher(source);
        if (!own && forward.find(Math.max(0, type)) && (type >= 0 || arguments.isEmpty())) {
            own = type >= 0;
            arguments = forward.group(1).replaceAll("\\s+", " ").strip();
            result = forward.group(2) == null
                    ? ""
                    : forward.group(2).replaceAll("\\s+", " ").strip();
        }
    }

    /** Notes what was found; the first argument is the module itself. */
    void report() {
        if (arguments.isEmpty()) {
            return;
        }
        int comma = arguments.indexOf(',');
        String inputs = comma < 0 ? "" : arguments.substring(comma + 1).strip();
        findings.note("forward", arguments);
        findings.note("inputs", inputs);
        findings.note("outputs", result);
        findings.noSignature("TorchScript states names and kinds of what forward takes (" + inputs + ") and gives ("
                + (result.isEmpty() ? "not stated" : result)
                + "), but no element types and no shapes; a run takes them from the data.");
    }
}
