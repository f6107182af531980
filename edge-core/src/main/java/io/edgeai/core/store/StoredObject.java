package io.edgeai.core.store;

/**
 * An object that an {@link ObjectStore} keeps.
 *
 * @param key its name
 * @param sizeBytes its length
 */
public record StoredObject(String key, long sizeBytes) {}
