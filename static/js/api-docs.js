// Shows the OpenAPI document of the page; all of it comes from this site.
{
  const place = document.getElementById("reference");
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    presets: [SwaggerUIBundle.presets.apis],
    // The page itself says what the head of the reference would say again.
    plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
    // Nobody else is asked whether the document is valid.
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
  });
}
