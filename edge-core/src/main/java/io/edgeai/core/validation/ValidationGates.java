package io.edgeai.core.validation;

import java.util.List;

/** The built-in gates. Stateless. */
public final class ValidationGates {
    private ValidationGates() {}

    /**
     * What a registry runs where nothing else is set: {@link #formatScan} and {@link #signature}. Neither loads the model
     * into an engine, so both cost about as much as reading it once.
     */
    public static List<ValidationGate> standard() {
        return List.of(formatScan(), signature());
    }

    /** The bytes are a whole model of the recorded format; nothing of them is run. */
    public static ValidationGate formatScan() {
        return new FormatScan();
    }

    /** Recorded inputs and outputs are those that the bytes state. */
    public static ValidationGate signature() {
        return new SignatureGate();
    }
}
