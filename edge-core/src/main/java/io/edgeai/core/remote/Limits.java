package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;

/** Bounds of settings that both sides have. Stateless. */
final class Limits {
    private Limits() {}

    static int messageBytes(int bytes) {
        if (bytes < 1024) {
            throw new InvalidInputException("maxMessageBytes (" + bytes + ") must be at least 1024.");
        }
        return bytes;
    }

    static int count(String what, int given, int least, int most) {
        if (given < least || given > most) {
            throw new InvalidInputException(what + " (" + given + ") must be " + least + " to " + most + ".");
        }
        return given;
    }
}
