from kg.ui import main

main()
