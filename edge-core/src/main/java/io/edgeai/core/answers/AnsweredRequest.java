package io.edgeai.core.answers;

import java.time.Instant;

/**
 * A request and who answered it.
 *
 * @param id as the client gave it; one of more than 200 bytes in UTF-8 as {@code sha256:} and the digest of these bytes
 * @param at when the answer was there, by the journal's clock, to the millisecond
 * @param source who answered
 * @param unit the first 16 hexadecimal digits of the SHA-256 of the unit's id in UTF-8; empty where it named none
 * @param node where it was answered
 */
public record AnsweredRequest(String id, Instant at, AnswerSource source, String unit, String node) {}
